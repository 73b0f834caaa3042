namespace Sira.Backends.Gemini;

/// <summary>The resource name of a model, as it stands in paths and embedding requests.</summary>
internal static class GeminiModelPath
{
    /// <summary>Returns <c>models/{id}</c>; an id that names its collection (<c>models/…</c>, <c>tunedModels/…</c>) stays as it is.</summary>
    public static string Of(string modelId)
    {
        var escaped = Uri.EscapeDataString(modelId);
        return modelId.Contains('/') ? escaped.Replace("%2F", "/", StringComparison.Ordinal) : "models/" + escaped;
    }
}
