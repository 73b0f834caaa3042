using Sira.Kernel.Configuration;

namespace Sira.Backends.Configuration;

/// <summary>Reads and checks addresses.</summary>
internal static class EndpointText
{
    // The one variable that holds a host as often as an address.
    private const string OllamaVariable = "OLLAMA_HOST";

    // What Ollama listens on where its variable names no port.
    private const int OllamaPort = 11434;

    private const string Example = "Write the whole address, such as https://api.example.com/v1.";

    // What documentation shows beside the base address, and what Sira appends to it.
    private static readonly string[] Operations = ["/chat/completions", "/completions", "/messages", "/responses", "/embeddings"];

    /// <summary>Parses an environment variable: an address with its scheme, or whatever Ollama takes where the variable is Ollama's.</summary>
    public static Uri? Parse(string value, string variable, ConfigurationErrors errors)
    {
        var text = value.Trim();
        if (text.Contains("://", StringComparison.Ordinal))
        {
            if (Uri.TryCreate(text, UriKind.Absolute, out var uri))
            {
                return Check(uri, variable, errors);
            }

            errors.Add(variable, $"{SecretText.Quote(text)} is no address.", Example);
            return null;
        }

        return variable == OllamaVariable ? ParseOllamaHost(text, errors) : ReportNoScheme(text, variable, errors);
    }

    /// <summary>Checks that an address can be called, holds no credentials and is the base address.</summary>
    public static Uri? Check(Uri uri, string path, ConfigurationErrors errors)
    {
        if (!uri.IsAbsoluteUri || uri.Scheme is not ("http" or "https"))
        {
            errors.Add(path, "this is not an http or https address.", "Write an absolute address, such as https://api.example.com/v1.");
            return null;
        }

        if (uri.UserInfo.Length > 0)
        {
            errors.Add(path, $"the address of '{uri.Host}' carries credentials.", "Take the part before the @ out of the address and configure it as a key.");
            return null;
        }

        return CheckOperation(uri, path, errors) ? uri : null;
    }

    private static Uri? ParseOllamaHost(string text, ConfigurationErrors errors)
    {
        if (!Uri.TryCreate($"http://{text}", UriKind.Absolute, out var uri))
        {
            errors.Add(OllamaVariable, $"{SecretText.Quote(text)} is neither a host nor an address.", "Set it to an address such as http://localhost:11434.");
            return null;
        }

        // An address to listen on is no address to call; and a bare host means Ollama's own port.
        var builder = new UriBuilder(uri) { Host = uri.Host is "0.0.0.0" or "[::]" ? "localhost" : uri.Host };
        builder.Port = text.Contains(':', StringComparison.Ordinal) && !uri.IsDefaultPort ? uri.Port : text.EndsWith(":80", StringComparison.Ordinal) ? 80 : OllamaPort;
        return Check(builder.Uri, OllamaVariable, errors);
    }

    // No scheme is guessed: a key must not travel over plain http because of a slip.
    private static Uri? ReportNoScheme(string text, string variable, ConfigurationErrors errors)
    {
        if (!SecretText.IsLikely(text) && Uri.TryCreate($"https://{text}", UriKind.Absolute, out _))
        {
            errors.Add(variable, $"'{text}' is an address without its scheme.", $"Write the whole address: https://{text}.");
        }
        else
        {
            errors.Add(variable, $"{SecretText.Quote(text)} is no address.", Example);
        }

        return null;
    }

    private static bool CheckOperation(Uri uri, string path, ConfigurationErrors errors)
    {
        var address = uri.GetLeftPart(UriPartial.Path).TrimEnd('/');
        if (FindOperation(address) is not { } operation)
        {
            return true;
        }

        // Before an operation may stand the model, which is no part of the base address either.
        var end = address.Length - operation.Length;
        var model = address.IndexOf(operation[0] == ':' ? "/models/" : "/openai/deployments/", StringComparison.OrdinalIgnoreCase);
        errors.Add(path, $"the address ends in '{operation}', which Sira appends itself.", $"Give the base address: {address[..(model >= 0 ? model : end)]}.");
        return false;
    }

    private static string? FindOperation(string address)
    {
        // Gemini's and Google's follow the model after a colon: generateContent, streamGenerateContent, embedContent.
        var last = address[(address.LastIndexOf('/') + 1)..];
        return last.IndexOf(':', StringComparison.Ordinal) is var colon and >= 0 && (last.EndsWith("Content", StringComparison.OrdinalIgnoreCase) || last.EndsWith("Contents", StringComparison.OrdinalIgnoreCase))
            ? last[colon..]
            : Array.Find(Operations, operation => address.EndsWith(operation, StringComparison.OrdinalIgnoreCase));
    }
}
