using Microsoft.Extensions.AI;

namespace Sira.Models;

/// <summary>Tells how much a call may hold before it is made. The clients of the gateway answer with it when <see cref="IChatClient.GetService"/> asks for it.</summary>
public interface IContextWindowSource
{
    /// <summary>Finds how much a call may hold.</summary>
    /// <param name="options">The options that the call will be made with: <see cref="ChatOptions.ModelId"/> and the request's routing say where it may go.</param>
    /// <returns>What fits into every target that it may end up at. Nothing is known of one that names no target; making it says why.</returns>
    ContextWindow Find(ChatOptions? options);
}
