using System.Runtime.Versioning;

// Attacks on Linux sandboxes run on Linux only.
[assembly: SupportedOSPlatform("linux")]
