namespace Sira.Storage.Hosting;

/// <summary>A kind of engine, such as <c>Sqlite</c>, which code and configuration can ask for by its name. For who writes an engine.</summary>
/// <param name="Name">The name, as it stands behind <c>Kind</c> in the configuration; ignores case.</param>
/// <param name="Read">Reads and checks the settings over those of code, and returns what makes the engine. Called at the start and whenever the configuration changes; must not connect to anything.</param>
public sealed record StorageEngineKind(string Name, Func<StorageEngineSettings, Func<IServiceProvider, IStorageEngine>> Read);
