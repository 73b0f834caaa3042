using Sira.Storage.Errors;
using Sira.Testing.Crashes;
using Sira.Testing.StorageWriter;

// Writes until it is killed, and says what was acknowledged: Sira.Testing.StorageWriter {engine} {where} {workers}
if (args is not [var kind, var target, var workers] || !int.TryParse(workers, out var count))
{
    await Console.Error.WriteLineAsync("usage: Sira.Testing.StorageWriter {engine} {where} {workers}");
    return 2;
}

try
{
    await using var engine = Engines.Create(kind, target);
    await engine.OpenAsync();
    using var output = Console.OpenStandardOutput();
    await CrashWriter.RunAsync(engine, count, output);
    return 0;
}
catch (StorageException exception)
{
    await Console.Error.WriteLineAsync($"{exception.Kind}: {exception.Message}");
    return 1;
}
