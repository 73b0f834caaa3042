using Microsoft.Extensions.AI;
using Sira.Requests;

namespace Sira.Tools.Loop;

/// <summary>Makes the loop's own copy of the caller's options.</summary>
internal static class RequestOptions
{
    /// <summary>Copies options and ties them to a request, so that all rounds share its budget.</summary>
    /// <param name="options">The caller's options; not changed.</param>
    /// <param name="request">The request.</param>
    /// <param name="offered">Tools to offer besides those of the options.</param>
    public static ChatOptions Copy(ChatOptions? options, RequestContext request, IReadOnlyList<AITool> offered)
    {
        var copy = Tie(options, request);
        if (offered.Count > 0)
        {
            copy.Tools = Merge(copy.Tools, offered);
        }

        return copy;
    }

    private static ChatOptions Tie(ChatOptions? options, RequestContext request)
    {
        if (options is null || options.GetType() == typeof(ChatOptions))
        {
            return new SiraChatOptions(options) { Request = request };
        }

        var copy = options.Clone();
        if (copy is SiraChatOptions sira)
        {
            sira.Request = request;
        }
        else
        {
            // Somebody else's subclass is kept, since what it adds may matter further down.
            (copy.AdditionalProperties ??= [])[RequestContext.PropertyName] = request;
        }

        return copy;
    }

    private static List<AITool> Merge(IList<AITool>? requested, IReadOnlyList<AITool> offered)
    {
        List<AITool> tools = requested is null ? [] : [.. requested];
        foreach (var tool in offered)
        {
            if (!tools.Exists(existing => existing.Name == tool.Name))
            {
                tools.Add(tool);
            }
        }

        return tools;
    }
}
