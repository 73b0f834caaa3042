namespace Sira.Storage.Hosting;

/// <summary>What code and file say together.</summary>
/// <param name="Options">Which engine keeps what.</param>
/// <param name="Engines">The engines by name, in their order, and what makes them.</param>
/// <param name="Path">Where they stand in the configuration.</param>
internal sealed record StorageSettings(StorageOptions Options, IReadOnlyList<(string Name, Func<IServiceProvider, IStorageEngine> Create)> Engines, string Path);
