namespace Sira.Backends.OpenAIChat;

/// <summary>Puts a model's id into a path.</summary>
internal static class PathTemplate
{
    /// <summary>What stands for the model.</summary>
    public const string Model = "{model}";

    public static string Expand(string template, string modelId) =>
        template.Contains(Model, StringComparison.Ordinal) ? template.Replace(Model, Uri.EscapeDataString(modelId), StringComparison.Ordinal) : template;
}
