using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Sira.Backends.OpenAIChat.Requests;

/// <summary>A tool of a type that MEAI has no name for, passed on as it came.</summary>
internal sealed class WireTool(string type, JsonElement element) : AITool
{
    public override string Name => type;

    /// <summary>Gets its JSON.</summary>
    public JsonElement Element => element;
}
