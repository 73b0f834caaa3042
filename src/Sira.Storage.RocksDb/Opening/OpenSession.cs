using Sira.Storage.RocksDb.Writing;

namespace Sira.Storage.RocksDb.Opening;

/// <summary>From opening a database to closing it.</summary>
/// <param name="Database">The database.</param>
/// <param name="Writer">Who writes to it; <see langword="null"/> where it is only read.</param>
internal sealed record OpenSession(OpenDatabase Database, Writer? Writer);
