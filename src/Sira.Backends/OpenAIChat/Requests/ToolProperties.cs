using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Sira.Backends.OpenAIChat.Requests;

/// <summary>Writes the settings of a provider's own tool, which MEAI carries as additional properties.</summary>
internal static class ToolProperties
{
    public static void Write(Utf8JsonWriter json, AITool tool)
    {
        foreach (var (name, value) in tool.AdditionalProperties)
        {
            switch (value)
            {
                case string text:
                    json.WriteString(name, text);
                    break;
                case bool boolean:
                    json.WriteBoolean(name, boolean);
                    break;
                case int number:
                    json.WriteNumber(name, number);
                    break;
                case JsonElement element:
                    json.WritePropertyName(name);
                    element.WriteTo(json);
                    break;
                case JsonNode node:
                    json.WritePropertyName(name);
                    node.WriteTo(json);
                    break;
            }
        }
    }
}
