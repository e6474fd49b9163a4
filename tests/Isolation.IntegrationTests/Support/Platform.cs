using System.Runtime.Versioning;

// The provider under test works on Linux only; so do file permissions, which the tests use.
[assembly: SupportedOSPlatform("linux")]
