using Microsoft.Extensions.Configuration;
using Sira.Kernel.Configuration;

namespace Sira.Kernel.Tests.Configuration.Reader;

/// <summary>A reader of a section <c>Sira</c> in memory, and the mistakes it finds.</summary>
public abstract class ReaderFixture
{
    protected ConfigurationErrors Errors { get; } = new();

    protected ConfigurationReader Read(params (string Key, string? Value)[] values)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(values.Select(value => KeyValuePair.Create($"Sira:{value.Key}", value.Value)))
            .Build();
        return new ConfigurationReader(configuration.GetSection("Sira"), Errors);
    }
}
