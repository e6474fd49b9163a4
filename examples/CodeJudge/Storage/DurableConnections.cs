using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace CodeJudge.Storage;

/// <summary>Makes commits durable.</summary>
/// <remarks>
/// With a write-ahead log and full synchronization, a commit is on the disk when it returns and survives a power
/// failure. See https://www.sqlite.org/pragma.html#pragma_synchronous.
/// </remarks>
internal sealed class DurableConnections : DbConnectionInterceptor
{
    private const string Settings =
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 30000; PRAGMA cache_size = -8000;";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using DbCommand command = connection.CreateCommand();
        command.CommandText = Settings;
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = Settings;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
