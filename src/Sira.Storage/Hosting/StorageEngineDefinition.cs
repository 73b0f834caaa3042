namespace Sira.Storage.Hosting;

/// <summary>An engine that code has added.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Its kind, with what code has set.</param>
internal sealed record StorageEngineDefinition(string Name, StorageEngineKind Kind);
