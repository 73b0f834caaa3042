using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Sira.Errors;
using Sira.Gateway.Routing;
using Sira.Kernel.Plugins;
using Sira.Requests;

namespace Sira.Gateway.Plugins;

/// <summary>The models that one plugin may call. Its calls are routed, limited and billed like all others; those that begin a request carry the plugin's id as the tag <see cref="Tag"/>. What is under way ends with the plugin.</summary>
internal sealed class PluginChatClient(PluginGrant grant, Lazy<IChatClient> gateway, TimeProvider time) : IChatClient
{
    /// <summary>The tag of requests, for budgets and rules.</summary>
    public const string Tag = "sira.plugin";

    private readonly Dictionary<string, string> tags = new() { [Tag] = grant.PluginId };
    private readonly CancellationTokenSource stopping = new();
    private volatile bool disposed;

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var own = Limit(options);
        using var linked = Link(cancellationToken);
        return await gateway.Value.GetResponseAsync(messages, own, linked.Token).ConfigureAwait(false);
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var own = Limit(options);
        using var linked = Link(cancellationToken);
        await foreach (var update in gateway.Value.GetStreamingResponseAsync(messages, own, linked.Token).ConfigureAwait(false))
        {
            yield return update;
        }
    }

    // What lies behind it is not the plugin's.
    public object? GetService(Type serviceType, object? serviceKey = null) => serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
        if (!disposed)
        {
            disposed = true;
            stopping.Cancel();
            stopping.Dispose();
        }
    }

    private CancellationTokenSource Link(CancellationToken cancellationToken)
    {
        try
        {
            return CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping.Token);
        }
        catch (ObjectDisposedException)
        {
            throw new ObjectDisposedException(nameof(IChatClient), $"The plugin '{grant.PluginId}' has stopped and calls no models any more.");
        }
    }

    private SiraChatOptions Limit(ChatOptions? options)
    {
        var model = options?.ModelId;
        if (string.IsNullOrEmpty(model) || string.Equals(model, RouteResolver.Automatic, StringComparison.OrdinalIgnoreCase))
        {
            // The first that it named is its own default; the host's may be one that it may not use.
            model = grant.Arguments.Count == 0 ? model : grant.Arguments.FirstOrDefault(static argument => !argument.EndsWith('*')) ?? throw Refused("the default route");
        }
        else if (grant.Arguments.Count > 0 && !grant.Arguments.Any(argument => Matches(Plain(argument), Plain(model))))
        {
            throw Refused($"'{model}'");
        }

        var copy = options is SiraChatOptions ? (SiraChatOptions)options.Clone() : new SiraChatOptions(options);
        copy.ModelId = model;
        copy.Request ??= RequestContext.Find(options) ?? new RequestContext(time.GetTimestamp()) { Tags = tags };
        return copy;
    }

    private static ReadOnlySpan<char> Plain(string name) => name.StartsWith(RouteResolver.RoutePrefix) ? name.AsSpan(1) : name;

    private static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name) =>
        pattern.EndsWith("*") ? name.StartsWith(pattern[..^1], StringComparison.OrdinalIgnoreCase) : name.Equals(pattern, StringComparison.OrdinalIgnoreCase);

    private RequestFailedException Refused(string what) => new(
        RequestFailureKind.InvalidRequest,
        $"The plugin '{grant.PluginId}' may not use {what}. It is permitted {string.Join(", ", grant.Arguments)}; add 'models: …' with that name to its manifest, and where it is not trusted also to the host's configuration.",
        decision: null);
}
