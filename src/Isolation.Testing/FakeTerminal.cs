namespace Isolation.Testing;

/// <summary>Represents the application's end of the terminal of a <see cref="FakeProgram"/>.</summary>
internal sealed class FakeTerminal(CommandTerminal size, Stream host) : ISandboxTerminal
{
    /// <summary>Gets or sets the action that is called when the size has changed.</summary>
    public Action? Resized { get; set; }

    public Stream Stream => host;

    public int Columns { get; private set; } = size.Columns;

    public int Rows { get; private set; } = size.Rows;

    public Task ResizeAsync(int columns, int rows, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(columns, ushort.MaxValue);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, ushort.MaxValue);
        cancellationToken.ThrowIfCancellationRequested();
        if ((columns, rows) != (Columns, Rows))
        {
            (Columns, Rows) = (columns, rows);
            Resized?.Invoke();
        }

        return Task.CompletedTask;
    }
}
