using System.IO.Pipelines;

namespace Isolation.Plugins;

/// <summary>
/// Validates interfaces that are called across the channel. Members other than plain methods would expose more than
/// values.
/// </summary>
internal static class ContractRules
{
    private static readonly Type[] Results = [typeof(Task), typeof(ValueTask), typeof(Task<>), typeof(ValueTask<>)];
    private static readonly Type[] Handles = [typeof(Stream), typeof(IDuplexPipe), typeof(PipeReader),
        typeof(PipeWriter), typeof(IProgress<>), typeof(IAsyncEnumerable<>), typeof(Delegate)];

    internal static void Check(Type contract)
    {
        if (!contract.IsInterface)
        {
            throw new ArgumentException($"{contract} is not an interface.");
        }

        foreach (Type type in contract.GetInterfaces().Prepend(contract))
        {
            if (type.GetEvents().Length > 0 || type.GetProperties().Length > 0)
            {
                throw new ArgumentException($"{type} has events or properties; only methods are supported.");
            }

            foreach (System.Reflection.MethodInfo method in type.GetMethods())
            {
                if (method.IsGenericMethod || !Results.Contains(Open(method.ReturnType)))
                {
                    throw new ArgumentException(
                        $"{type}.{method.Name} must not be generic, and must return Task, Task<T>, ValueTask or "
                        + $"ValueTask<T>.");
                }

                IEnumerable<Type> values = method.GetParameters().Select(parameter => parameter.ParameterType)
                    .Concat(method.ReturnType.GetGenericArguments());
                if (values.FirstOrDefault(IsHandle) is { } handle)
                {
                    throw new ArgumentException($"{type}.{method.Name} passes a {handle}; only values are supported.");
                }
            }
        }
    }

    private static Type Open(Type type) => type.IsGenericType ? type.GetGenericTypeDefinition() : type;

    private static bool IsHandle(Type type) =>
        type.IsByRef || Handles.Any(handle => handle == Open(type) || handle.IsAssignableFrom(type)
            || type.GetInterfaces().Any(parent => Open(parent) == handle));
}
