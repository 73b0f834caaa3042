using Microsoft.Extensions.AI;
using Sira.Kernel.Errors;

namespace Sira.Tools;

/// <summary>The function-calling loop reached a limit. Says which, its value, the setting to change, and carries what had been done by then.</summary>
public sealed class ToolLoopException : SiraException
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="limit">The limit that was reached.</param>
    /// <param name="message">The limit, its value and the setting to change.</param>
    /// <param name="partialResponse">The messages produced so far; the tools whose results it holds have run.</param>
    /// <param name="innerException">The tool's exception when repeated failures ended the loop.</param>
    public ToolLoopException(ToolLoopLimit limit, string message, ChatResponse partialResponse, Exception? innerException = null)
        : base(message, innerException)
    {
        ArgumentNullException.ThrowIfNull(partialResponse);
        (Limit, PartialResponse) = (limit, partialResponse);
    }

    /// <summary>Gets the limit that was reached.</summary>
    public ToolLoopLimit Limit { get; }

    /// <summary>Gets the messages of the rounds that were completed: calls and results. Tools have effects, so a caller that tries again should know what was done.</summary>
    public ChatResponse PartialResponse { get; }
}
