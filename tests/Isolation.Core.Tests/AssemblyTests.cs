using System.Reflection;

namespace Isolation.Core.Tests;

public sealed class AssemblyTests
{
    [Test]
    public void Loads_under_its_own_name()
    {
        Assembly assembly = Assembly.Load("Isolation.Core");

        Assert.That(assembly.GetName().Name, Is.EqualTo("Isolation.Core"));
    }
}
