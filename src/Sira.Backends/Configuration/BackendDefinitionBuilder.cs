using System.Collections.ObjectModel;
using Sira.Backends.Kinds;
using Sira.Kernel.Configuration;
using Sira.Models;

namespace Sira.Backends.Configuration;

/// <summary>Completes one backend's options from its kind and the environment, and checks them.</summary>
internal sealed class BackendDefinitionBuilder(BackendKinds kinds, IEnvironment environment, SiraConfigurationSection configuration, ConfigurationErrors errors)
{
    /// <summary>Completes and checks options.</summary>
    /// <param name="name">The backend's name.</param>
    /// <param name="options">What code and file say.</param>
    /// <returns>The definition, or <see langword="null"/> when there is a mistake, which has been added to the errors.</returns>
    public BackendDefinition? Build(string name, BackendOptions options)
    {
        var path = configuration.PathOf(BackendSource.SectionName, name);
        if (name.Contains('/', StringComparison.Ordinal))
        {
            errors.Add(path, $"the name '{name}' contains a slash, which separates backend and model in a target.", "Choose a name without one.");
            return null;
        }

        if (options.ChatClientFactory is not null || options.EmbeddingGeneratorFactory is not null || string.Equals(options.Kind, BackendKinds.Custom, StringComparison.OrdinalIgnoreCase))
        {
            return BuildCustom(path, name, options);
        }

        return FindKind(path, name, options) is { } kind ? Build(path, name, kind, options) : null;
    }

    private BackendDefinition? BuildCustom(string path, string name, BackendOptions options)
    {
        if (options.ChatClientFactory is null && options.EmbeddingGeneratorFactory is null)
        {
            errors.Add(path, "it is of the kind 'custom', but nothing makes its client.", $"Add it in code: sira.AddBackend(\"{name}\", services => …).");
            return null;
        }

        return CheckModels(path, options) & CheckTags(path, options) ? Create(name, BackendKinds.Custom, options, null, [], string.Empty, options.DefaultModel) : null;
    }

    private IBackendKind? FindKind(string path, string name, BackendOptions options)
    {
        var kind = kinds.Find(options.Kind ?? name);
        if (kind is null && options.Kind is { } unknown)
        {
            errors.AddUnknownName($"{path}:Kind", "kind of backend", unknown, kinds.Names);
        }
        else if (kind is null)
        {
            errors.Add(path, $"it names no kind, and '{name}' is none.", $"Set {path}:Kind. {UnknownName.Suggest("kind of backend", name, kinds.Names)}");
        }

        return kind;
    }

    private BackendDefinition? Build(string path, string name, IBackendKind kind, BackendOptions options)
    {
        var before = errors.Items.Count;
        var endpoint = FindEndpoint(path, kind, options);
        var keys = FindKeys(path, kind, options);
        var api = FindApi(path, kind, options);
        if (options.ConnectTimeout <= TimeSpan.Zero && options.ConnectTimeout != Timeout.InfiniteTimeSpan)
        {
            errors.Add($"{path}:ConnectTimeout", $"'{options.ConnectTimeout}' is not positive.", "Write a duration such as 10s, or infinite.");
        }

        if (options.MaximumResponseBytes <= 0)
        {
            errors.Add($"{path}:MaximumResponseBytes", $"'{options.MaximumResponseBytes}' is not positive.", "Write a number of bytes, such as 67108864.");
        }

        CheckHeaders(path, options);
        CheckTags(path, options);
        CheckModels(path, options);
        return errors.Items.Count > before ? null : Create(name, kind.Name, options, endpoint, keys, api, options.DefaultModel ?? kind.DefaultModel);
    }

    private static BackendDefinition Create(string name, string kind, BackendOptions options, Uri? endpoint, IReadOnlyList<string> keys, string api, string? defaultModel) => new()
    {
        Name = name,
        Kind = kind,
        Endpoint = endpoint,
        Keys = keys,
        Api = api,
        ApiVersion = string.IsNullOrWhiteSpace(options.ApiVersion) ? null : options.ApiVersion,
        Headers = [.. options.Headers],
        Tags = new ReadOnlyDictionary<string, string>(new Dictionary<string, string>(options.Tags, StringComparer.OrdinalIgnoreCase)),
        RequiresFinishReason = options.RequireFinishReason,
        ConnectTimeout = options.ConnectTimeout,
        MaximumResponseBytes = options.MaximumResponseBytes,
        DefaultModel = string.IsNullOrWhiteSpace(defaultModel) ? null : defaultModel,
        Models = new Dictionary<string, ModelDescriptor>(options.Models, StringComparer.Ordinal),
        ChatClientFactory = options.ChatClientFactory,
        EmbeddingGeneratorFactory = options.EmbeddingGeneratorFactory,
    };

    private Uri? FindEndpoint(string path, IBackendKind kind, BackendOptions options)
    {
        if (options.Endpoint is { } configured)
        {
            return EndpointText.Check(configured, $"{path}:Endpoint", errors);
        }

        if (kind.EndpointVariable is { } variable && environment.GetVariable(variable) is { } value)
        {
            return EndpointText.Parse(value, variable, errors);
        }

        if (kind.DefaultEndpoint is null)
        {
            errors.Add(
                $"{path}:Endpoint",
                $"the kind '{kind.Name}' has no public address, and none is configured.",
                $"Set {path}:Endpoint{(kind.EndpointVariable is { } hint ? $", the environment variable {hint}," : string.Empty)} or o.Endpoint in code, with the version segment: https://host/v1.");
        }

        return kind.DefaultEndpoint;
    }

    private string[] FindKeys(string path, IBackendKind kind, BackendOptions options)
    {
        // A key pasted into a file or a secret often brings a line break along.
        string[] keys = [.. options.ApiKeys.Where(static key => !string.IsNullOrWhiteSpace(key)).Select(static key => key.Trim())];
        if (keys.Length > 0)
        {
            if (keys.Any(static key => key.Any(static character => char.IsControl(character) || character > '~')))
            {
                errors.Add($"{path}:ApiKeys", "a key contains characters that a header cannot carry.", "Copy the key again; it has only printable ASCII characters.");
            }

            return keys;
        }

        foreach (var variable in kind.KeyVariables)
        {
            if (environment.GetVariable(variable) is { } value)
            {
                return [value.Trim()];
            }
        }

        if (kind.RequiresKey && !options.Headers.ContainsKey(kind.Auth.Header))
        {
            var variables = kind.KeyVariables.Count > 0 ? $"the environment variable {string.Join(" or ", kind.KeyVariables)}, " : string.Empty;
            errors.Add($"{path}:ApiKey", "there is no API key.", $"Set {variables}{path}:ApiKey in a secret store, or o.ApiKeys.Add(…) in code.");
        }

        return [];
    }

    private string FindApi(string path, IBackendKind kind, BackendOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Api))
        {
            return kind.Apis[0];
        }

        var found = kind.Apis.FirstOrDefault(api => string.Equals(api, options.Api, StringComparison.OrdinalIgnoreCase));
        if (found is null)
        {
            errors.Add($"{path}:Api", $"the kind '{kind.Name}' has no API '{options.Api}'.", UnknownName.Suggest("API", options.Api, kind.Apis));
        }

        return found ?? kind.Apis[0];
    }

    private bool CheckModels(string path, BackendOptions options)
    {
        var before = errors.Items.Count;
        foreach (var (id, model) in options.Models)
        {
            ModelDescriptorCheck.Check($"{path}:Models:{id}", id, model, errors);
        }

        return errors.Items.Count == before;
    }

    private bool CheckTags(string path, BackendOptions options)
    {
        var before = errors.Items.Count;
        foreach (var (name, value) in options.Tags)
        {
            if (string.IsNullOrWhiteSpace(name))
            {
                errors.Add($"{path}:Tags", $"a tag with the value '{value}' has no name.", "Give it a name that routes ask for, such as region.");
            }
            else if (string.IsNullOrWhiteSpace(value))
            {
                errors.Add($"{path}:Tags:{name}", "it is blank.", "Write a value, such as eu, or remove the tag.");
            }
        }

        return errors.Items.Count == before;
    }

    private void CheckHeaders(string path, BackendOptions options)
    {
        using var request = new HttpRequestMessage();
        foreach (var (name, value) in options.Headers)
        {
            if (value.AsSpan().ContainsAny('\r', '\n') || !request.Headers.TryAddWithoutValidation(name, value))
            {
                errors.Add($"{path}:Headers:{name}", "this cannot be a request header.", "Use letters, digits and dashes for the name, and one line for the value.");
            }
        }
    }
}
