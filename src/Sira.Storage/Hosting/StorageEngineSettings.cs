using Sira.Kernel.Configuration;

namespace Sira.Storage.Hosting;

/// <summary>What the configuration says of an engine.</summary>
/// <param name="Name">The name of the engine.</param>
/// <param name="Path">Where its settings stand, for errors.</param>
/// <param name="Reader">Its section; <see langword="null"/> where the file does not have it.</param>
/// <param name="Errors">Receives the mistakes.</param>
public sealed record StorageEngineSettings(string Name, string Path, ConfigurationReader? Reader, ConfigurationErrors Errors);
