using Microsoft.Extensions.AI;

namespace Sira.Requests;

/// <summary>The update by which a stream says that its consumer must discard everything received so far: the answer begins anew. Sent only where <see cref="SiraChatOptions.AcceptsRestart"/> is set.</summary>
public static class StreamRestart
{
    /// <summary>The key in <see cref="ChatResponseUpdate.AdditionalProperties"/> that marks such an update.</summary>
    public const string PropertyName = "sira.restart";

    /// <summary>Makes the update.</summary>
    /// <returns>An update without content.</returns>
    public static ChatResponseUpdate Create() => new() { AdditionalProperties = new AdditionalPropertiesDictionary { [PropertyName] = true } };

    /// <summary>Tells whether an update says that what came before it is to be discarded.</summary>
    /// <param name="update">The update.</param>
    /// <returns><see langword="true"/> if it does.</returns>
    public static bool IsRestart(this ChatResponseUpdate update) => update?.AdditionalProperties?.ContainsKey(PropertyName) == true;
}
