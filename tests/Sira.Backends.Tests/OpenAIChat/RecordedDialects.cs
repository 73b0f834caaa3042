using Sira.Backends.OpenAIChat.Dialects;

namespace Sira.Backends.Tests.OpenAIChat;

internal static class RecordedDialects
{
    public static readonly string[] Providers = ["openai", "azure", "deepseek", "groq", "mistral", "openrouter", "ollama"];

    public static OpenAIDialect For(string provider) => OpenAIDialects.All.Single(dialect => dialect.Name == provider);
}
