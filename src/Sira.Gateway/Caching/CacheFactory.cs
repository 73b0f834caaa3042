using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sira.Gateway.Caching.Semantic;
using Sira.Gateway.Caching.Storage;
using Sira.Kernel.Configuration;
using Sira.Kernel.Messaging;
using Sira.Storage;
using Sira.Storage.Capabilities;

namespace Sira.Gateway.Caching;

/// <summary>Builds the cache from its options and what the container has.</summary>
internal static class CacheFactory
{
    /// <summary>Builds a cache.</summary>
    /// <exception cref="SiraConfigurationException">The generator of embeddings that is named does not exist.</exception>
    public static ResponseCache Create(CacheOptions options, IServiceProvider? services)
    {
        var time = options.TimeProvider ?? services?.GetService<TimeProvider>() ?? TimeProvider.System;
        var logger = services?.GetService<ILoggerFactory>()?.CreateLogger(typeof(CacheOptions).Namespace!) ?? NullLogger.Instance;
        var secondLevel = FindSecondLevel(options, services) is { } level ? new SecondLevelStore(level, options, time, logger) : null;
        var vectors = options.Semantic.Enabled ? new QuestionVectors(FindGenerator(options.Semantic.EmbeddingGenerator, services), options.Semantic.EmbeddingTimeout, time, logger) : null;
        return new ResponseCache(options, time, new CacheTelemetry(services?.GetService<IMessageBus>()), secondLevel, vectors, logger);
    }

    private static ISecondLevel? FindSecondLevel(CacheOptions options, IServiceProvider? services)
    {
        if (!options.UseStorage)
        {
            return options.UseDistributedCache && services?.GetService<IDistributedCache>() is { } shared ? new DistributedCacheLevel(shared) : null;
        }

        var errors = new ConfigurationErrors();
        if (services?.GetService<ISiraStorage>() is not { Engines.Count: > 0 } storage)
        {
            errors.Add($"UseCache.{nameof(options.UseStorage)}", "there is no storage.", "Add an engine, such as by AddSqliteStorage(), or leave it out.");
            throw new SiraConfigurationException(errors.Items);
        }

        var engine = storage.For(StorageLevel.Namespace);
        if (!engine.Capabilities.Has(StorageFeatures.TimeToLive))
        {
            errors.Add($"UseCache.{nameof(options.UseStorage)}", $"the engine '{engine.Name}', which keeps the namespace '{StorageLevel.Namespace}', has no values that expire.", "Add a rule that gives the namespace to another engine.");
            throw new SiraConfigurationException(errors.Items);
        }

        return new StorageLevel(engine);
    }

    private static IEmbeddingGenerator<string, Embedding<float>>? FindGenerator(string? name, IServiceProvider? services)
    {
        if (name is null)
        {
            return null;
        }

        Exception? problem = null;
        try
        {
            if (services?.GetKeyedService<IEmbeddingGenerator<string, Embedding<float>>>(name) is { } generator)
            {
                return generator;
            }
        }
        catch (Exception exception) when (exception is Sira.Errors.RequestFailedException or InvalidOperationException)
        {
            // Sira's own answer to any key is to look for an embedding route of that name.
            problem = exception;
        }

        var errors = new ConfigurationErrors();
        errors.Add("UseCache.Semantic.EmbeddingGenerator", $"there is no generator of embeddings '{name}'. {problem?.Message}".TrimEnd(), "Add an embedding route of that name, register a keyed IEmbeddingGenerator<string, Embedding<float>>, or leave it out for the built-in one.");
        throw new SiraConfigurationException(errors.Items);
    }
}
