using Sira.Kernel.Configuration;
using Sira.Models;

namespace Sira.Backends.Configuration;

/// <summary>Reads <c>Sira:Backends:{name}</c> over what code has set, property by property.</summary>
internal static class BackendOptionsReader
{
    /// <summary>Applies the section.</summary>
    /// <param name="reader">The section.</param>
    /// <param name="options">What code has set; changed in place.</param>
    /// <param name="findModel">What is known of a model without the section, to be corrected by it; given the options' kind.</param>
    public static void Apply(ConfigurationReader reader, BackendOptions options, Func<string?, string, ModelDescriptor?> findModel)
    {
        options.Kind = reader.TryString("Kind", out var kind) ? kind.Trim() : options.Kind;
        options.Endpoint = reader.TryUri("Endpoint", out var endpoint) ? endpoint : options.Endpoint;
        options.Api = reader.TryString("Api", out var api) ? api.Trim() : options.Api;
        options.ApiVersion = reader.TryString("ApiVersion", out var version) ? version.Trim() : options.ApiVersion;
        options.RequireFinishReason = reader.TryBoolean("RequireFinishReason", out var require) ? require : options.RequireFinishReason;
        options.ConnectTimeout = reader.TryDuration("ConnectTimeout", out var connect) ? connect : options.ConnectTimeout;
        options.MaximumResponseBytes = reader.TryInt64("MaximumResponseBytes", out var maximum, minimum: 1) ? maximum : options.MaximumResponseBytes;
        options.DefaultModel = reader.TryString("DefaultModel", out var model) ? model.Trim() : options.DefaultModel;
        ReadKeys(reader, options);
        if (reader.TryMap("Headers", out var headers))
        {
            foreach (var (name, value) in headers)
            {
                options.Headers[name] = value;
            }
        }

        if (reader.TryMap("Tags", out var tags))
        {
            foreach (var (name, value) in tags)
            {
                options.Tags[name.Trim()] = value.Trim();
            }
        }

        foreach (var (name, modelReader) in reader.Children("Models"))
        {
            ReadModel(name, modelReader, options, findModel);
        }

        reader.ReportUnknownKeys();
    }

    private static void ReadKeys(ConfigurationReader reader, BackendOptions options)
    {
        IReadOnlyList<string> keys = reader.TryString("ApiKey", out var key) ? [key] : [];
        if (reader.TryStrings("ApiKeys", out var several))
        {
            if (keys.Count > 0)
            {
                reader.Errors.Add($"{reader.Section.Path}:ApiKeys", "both 'ApiKey' and 'ApiKeys' are set.", "Keep 'ApiKeys' for several keys, 'ApiKey' for one.");
            }

            keys = several;
        }

        if (keys.Count > 0)
        {
            options.ApiKeys.Clear();
            foreach (var found in keys)
            {
                options.ApiKeys.Add(found);
            }
        }
    }

    private static void ReadModel(string name, ConfigurationReader reader, BackendOptions options, Func<string?, string, ModelDescriptor?> findModel)
    {
        // Configuration splits keys at colons, which ids of models may have: "Id" says them.
        var id = reader.TryString("Id", out var explicitId) ? explicitId.Trim() : name;
        var model = options.Models.TryGetValue(id, out var set) ? set : findModel(options.Kind, id) ?? new ModelDescriptor(id);
        options.Models[id] = ModelDescriptorReader.Apply(reader, model);
        reader.ReportUnknownKeys();
    }
}
