using System.Reflection;

namespace Isolation.AbiTests;

public sealed class AssemblyTests
{
    [Test]
    public void The_provider_is_beside_the_tests()
    {
        Assembly assembly = Assembly.Load("Isolation.Linux");

        Assert.That(assembly.GetName().Name, Is.EqualTo("Isolation.Linux"));
    }
}
