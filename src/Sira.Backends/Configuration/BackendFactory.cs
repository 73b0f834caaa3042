using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Sira.Backends.Catalogue;
using Sira.Backends.Contributed;
using Sira.Backends.Http;
using Sira.Backends.Keys;
using Sira.Backends.Kinds;
using Sira.Kernel.Configuration;
using Sira.Kernel.Contributions;

namespace Sira.Backends.Configuration;

/// <summary>Makes the backend that a definition describes.</summary>
internal sealed class BackendFactory(IModelCatalogue catalogue, IHttpClientFactory clients, ConnectTimeouts connectTimeouts, KeyStore keys, TimeProvider time, ILogger<WireBackend> logger,
    SiraConfigurationSection configuration)
{
    /// <summary>Makes a backend.</summary>
    /// <param name="definition">What is to be made.</param>
    /// <param name="contributor">Whose it is.</param>
    /// <param name="kinds">The kinds there are.</param>
    /// <param name="errors">Where mistakes go.</param>
    /// <returns>The backend, or <see langword="null"/> when the contributor's factory failed, which has been added to the errors.</returns>
    public IBackend? Create(BackendDefinition definition, Contributor contributor, BackendKinds kinds, ConfigurationErrors errors) =>
        definition.Kind == BackendKinds.Custom ? CreateCustom(definition, contributor, errors) : CreateWire(definition, kinds.Find(definition.Kind)!);

    private WireBackend CreateWire(BackendDefinition definition, IBackendKind kind)
    {
        var models = new BackendModels(definition.Kind, definition.Models, catalogue);
        var wires = kind.CreateWires(new WireSettings(definition.Endpoint!, definition.Api, definition.ApiVersion, models.Get, time));
        connectTimeouts.Set(definition.Name, definition.ConnectTimeout);
        var connection = new BackendConnection
        {
            Backend = definition.Name,
            Provider = kind.Provider,
            Endpoint = wires.Endpoint,
            Keys = keys.CreatePool(definition.Name, $"{definition.Kind} {definition.Endpoint}", definition.Keys),
            Auth = kind.Auth,
            Headers = [.. wires.Headers, .. definition.Headers],
            Query = wires.Query,
            RequiresFinishReason = definition.RequiresFinishReason,
            MaximumResponseBytes = definition.MaximumResponseBytes,
            Clients = clients,
            Time = time,
            Logger = logger,
        };
        return new WireBackend(connection, wires, models, definition);
    }

    private CustomBackend? CreateCustom(BackendDefinition definition, Contributor contributor, ConfigurationErrors errors)
    {
        var path = configuration.PathOf(BackendSource.SectionName, definition.Name);
        IChatClient? client = null;
        try
        {
            var services = contributor.Services ?? throw new InvalidOperationException($"the plugin '{contributor.Id}' has been unloaded");
            client = definition.ChatClientFactory?.Invoke(services);
            var generator = definition.EmbeddingGeneratorFactory?.Invoke(services);
            if (definition.ChatClientFactory is not null && client is null)
            {
                errors.Add(path, "the factory of its chat client returned null.", $"Return an IChatClient from the factory given to AddBackend(\"{definition.Name}\", …).");
                generator?.Dispose();
                return null;
            }

            if (definition.EmbeddingGeneratorFactory is not null && generator is null)
            {
                errors.Add(path, "the factory of its embedding generator returned null.", "Return an IEmbeddingGenerator<string, Embedding<float>> from EmbeddingGeneratorFactory, or leave it unset.");
                client?.Dispose();
                return null;
            }

            (client, generator) = (ContributedChatClient.Of(client, contributor), ContributedEmbeddingGenerator.Of(generator, contributor));
            return new CustomBackend(client, generator, new BackendModels(definition.Kind, definition.Models, catalogue), definition);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Reported beside all other mistakes, rather than hiding them.
            client?.Dispose();
            errors.Add(path, $"the factory of its client threw {exception.GetType().Name}: {exception.Message}", "Mend the factory given to AddBackend.");
            return null;
        }
    }
}
