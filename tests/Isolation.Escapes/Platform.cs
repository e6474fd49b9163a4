using System.Runtime.Versioning;

// Attacks on Linux sandboxes run only on Linux.
[assembly: SupportedOSPlatform("linux")]
