using System.Globalization;
using Sira.Kernel.Configuration;
using Sira.Storage.Capabilities;
using Sira.Storage.Codecs;
using Sira.Storage.Codecs.KeyRings;
using Sira.Storage.LargeValues;
using Sira.Storage.Layers;
using Sira.Storage.Routing;

namespace Sira.Storage.Hosting;

/// <summary>Which engine keeps what. The section <c>Sira:Storage</c> is read over it.</summary>
public sealed class StorageOptions
{
    /// <summary>Gets the rules; the first that matches decides. Those of the file come before those of code.</summary>
    public IList<StorageRule> Rules { get; } = [];

    /// <summary>Gets or sets the name of the engine that keeps what no rule decides.</summary>
    /// <value>Default <see langword="null"/>: the first that was added.</value>
    public string? Default { get; set; }

    /// <summary>Gets or sets what an engine that cannot be opened means for the start of the host.</summary>
    /// <value>Default <see cref="StorageStart.Require"/>.</value>
    public StorageStart Start { get; set; } = StorageStart.Require;

    /// <summary>Gets or sets how values are compressed and encrypted, in all engines but those that keep them in the memory of the process only.</summary>
    /// <value>Default neither: values have a checksum.</value>
    public CodecOptions Codec { get; set; } = new();

    /// <summary>Gets or sets the key-encryption keys.</summary>
    /// <value>Default <see langword="null"/>: the <see cref="Kernel.Sealing.IKeyRing"/> that is registered as a service.</value>
    public KeyRingOptions? KeyRing { get; set; }

    /// <summary>Gets the engines, by name, that a cache in memory stands before.</summary>
    public IDictionary<string, LayerOptions> Layers { get; } = new Dictionary<string, LayerOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets the engines, by name, that keep their large values in another one.</summary>
    public IDictionary<string, LargeValueOptions> LargeValues { get; } = new Dictionary<string, LargeValueOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets the namespaces that are on their way to another engine, and the name of that engine. The rules still name the old one; see <see cref="ISiraStorage.Migrations"/>.</summary>
    public IDictionary<string, string> Migrations { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Returns these options with what a section says over them.</summary>
    internal StorageOptions Over(ConfigurationReader? reader)
    {
        var options = new StorageOptions { Default = Default, Start = Start, Codec = Codec, KeyRing = KeyRing };
        if (reader is not null)
        {
            foreach (var (_, rule) in reader.Children(nameof(Rules)))
            {
                options.Rules.Add(ReadRule(rule));
            }

            options.Default = reader.TryString(nameof(Default), out var name) ? name : Default;
            options.Codec = reader.TrySection(nameof(Codec), out var codec) ? CodecOptionsReader.Read(codec, Codec) : Codec;
            options.KeyRing = reader.TrySection(nameof(KeyRing), out var ring) ? CodecOptionsReader.Read(ring, KeyRing) : KeyRing;
            options.Start = reader.TryEnum<StorageStart>(nameof(Start), out var start) ? start : Start;
        }

        for (var i = 0; i < Rules.Count; i++)
        {
            options.Rules.Add(Rules[i] with { Path = string.Create(CultureInfo.InvariantCulture, $"{nameof(StorageOptions)}:{nameof(Rules)}:{i}") });
        }

        foreach (var (name, layer) in Layers)
        {
            options.Layers[name] = layer;
        }

        foreach (var (name, large) in LargeValues)
        {
            options.LargeValues[name] = large;
        }

        foreach (var (name, engine) in Migrations)
        {
            options.Migrations[name] = engine;
        }

        if (reader is not null)
        {
            ReadMore(reader, options);
        }

        return options;
    }

    private static void ReadMore(ConfigurationReader reader, StorageOptions options)
    {
        foreach (var (name, child) in reader.Children(nameof(Layers)))
        {
            var layer = options.Layers.TryGetValue(name, out var code) ? code : new LayerOptions();
            options.Layers[name] = layer with
            {
                MaximumBytes = child.TryInt64(nameof(layer.MaximumBytes), out var bytes) ? bytes : layer.MaximumBytes,
                MaximumValueBytes = child.TryInt32(nameof(layer.MaximumValueBytes), out var value) ? value : layer.MaximumValueBytes,
                MaximumAge = child.TryDuration(nameof(layer.MaximumAge), out var age) ? age : layer.MaximumAge,
                MaximumAgeWithoutFeed = child.TryDuration(nameof(layer.MaximumAgeWithoutFeed), out var without) ? without : layer.MaximumAgeWithoutFeed,
                MaximumAbsentAge = child.TryDuration(nameof(layer.MaximumAbsentAge), out var absent) ? absent : layer.MaximumAbsentAge,
            };
            child.ReportUnknownKeys();
        }

        foreach (var (name, child) in reader.Children(nameof(LargeValues)))
        {
            options.LargeValues[name] = LargeValueOptionsReader.Read(child, options.LargeValues.TryGetValue(name, out var code) ? code : new LargeValueOptions());
        }

        if (reader.TryMap(nameof(Migrations), out var migrations))
        {
            foreach (var (name, engine) in migrations)
            {
                options.Migrations[name] = engine;
            }
        }
    }

    private static StorageRule ReadRule(ConfigurationReader reader)
    {
        var rule = new StorageRule { Path = reader.Section.Path };
        rule = rule with
        {
            Namespace = reader.TryString(nameof(rule.Namespace), out var @namespace) ? @namespace : rule.Namespace,
            Tenant = reader.TryString(nameof(rule.Tenant), out var tenant) ? tenant : rule.Tenant,
            Engine = reader.TryString(nameof(rule.Engine), out var engine) ? engine : rule.Engine,
            Durability = reader.TryEnum<StorageDurability>(nameof(rule.Durability), out var durability) ? durability : rule.Durability,
            Features = reader.TryEnums<StorageFeatures>(nameof(rule.Features), out var features) ? features.Aggregate(StorageFeatures.None, static (all, one) => all | one) : rule.Features,
            Latency = reader.TryEnum<StorageLatency>(nameof(rule.Latency), out var latency) ? latency : rule.Latency,
            ValueLength = reader.TryInt32(nameof(rule.ValueLength), out var length, 0) ? length : rule.ValueLength,
        };
        reader.ReportUnknownKeys();
        return rule;
    }
}
