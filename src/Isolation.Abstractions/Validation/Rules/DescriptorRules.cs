using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Isolation;

/// <summary>Validates <see cref="SandboxCommand.Descriptors"/>.</summary>
internal static class DescriptorRules
{
    public static void Check(ImmutableDictionary<int, SafeHandle>? descriptors, ref ErrorList errors)
    {
        if (descriptors is null)
        {
            errors.Add("Descriptors", "Is null.");
            return;
        }

        if (descriptors.IsEmpty)
        {
            return;
        }

        foreach ((int number, SafeHandle handle) in descriptors)
        {
            if (number < 3)
            {
                errors.Add(
                    $"Descriptors[{number}]",
                    "The number must be 3 or more; 0, 1 and 2 are the standard streams.");
            }

            if (handle is null)
            {
                errors.Add($"Descriptors[{number}]", "Is null.");
            }
            else if (handle.IsClosed || handle.IsInvalid)
            {
                errors.Add($"Descriptors[{number}]", "Is closed or invalid.");
            }
        }
    }
}
