using Microsoft.Extensions.AI;

// The type is for evaluation only as yet; a host that uses it has accepted that.
#pragma warning disable MEAI001

namespace Sira.Backends.Anthropic.Requests;

/// <summary>The hosted tool search, and which functions it finds instead of the model being told of them.</summary>
internal readonly struct AnthropicToolSearch
{
    private readonly HostedToolSearchTool? _search;

    private AnthropicToolSearch(HostedToolSearchTool? search) => _search = search;

    public static AnthropicToolSearch Find(IList<AITool> tools)
    {
        foreach (var tool in tools)
        {
            if (tool is HostedToolSearchTool search)
            {
                return new AnthropicToolSearch(search);
            }
        }

        return default;
    }

    public bool IsSearch(AITool tool) => tool is HostedToolSearchTool;

    public bool Defers(string function) => _search is not null && (_search.DeferredTools is not { } names || names.Contains(function));
}
