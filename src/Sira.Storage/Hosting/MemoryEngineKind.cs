using Microsoft.Extensions.DependencyInjection;
using Sira.Storage.Engines.Memory;

namespace Sira.Storage.Hosting;

/// <summary>How a memory engine is asked for.</summary>
internal static class MemoryEngineKind
{
    public static StorageEngineKind Create(MemoryEngineOptions? code) => new("Memory", settings =>
    {
        var options = (code ?? new MemoryEngineOptions()) with { Name = settings.Name };
        if (settings.Reader is { } reader)
        {
            options = options with { MaximumBytes = reader.TryInt64(nameof(options.MaximumBytes), out var bytes) ? bytes : options.MaximumBytes };
        }

        options.Validate(settings.Path, settings.Errors);
        return services => new MemoryEngine(options, services.GetService<TimeProvider>());
    });
}
