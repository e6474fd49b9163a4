using System.Reflection;

// For the few tests that only wait; all others run one after the other.
[assembly: LevelOfParallelism(6)]

namespace Isolation.IntegrationTests;

public sealed class AssemblyTests
{
    [Test]
    public void The_provider_is_beside_the_tests()
    {
        Assembly assembly = Assembly.Load("Isolation.Linux");

        Assert.That(assembly.GetName().Name, Is.EqualTo("Isolation.Linux"));
    }
}
