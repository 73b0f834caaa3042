using Sira.Kernel.Configuration;

namespace Sira.Backends.Configuration;

/// <summary>Reads and checks addresses.</summary>
internal static class EndpointText
{
    // What Ollama listens on where its variable names no port.
    private const int OllamaPort = 11434;

    /// <summary>Parses an environment variable: an address, or a host with or without a port as <c>OLLAMA_HOST</c> has it.</summary>
    public static Uri? Parse(string value, string variable, ConfigurationErrors errors)
    {
        var text = value.Trim();
        var bare = !text.Contains("://", StringComparison.Ordinal);
        if (!Uri.TryCreate(bare ? $"http://{text}" : text, UriKind.Absolute, out var uri))
        {
            // The value may be a key that was put into the wrong variable: it is not repeated.
            errors.Add(variable, "the environment variable holds no address.", "Set it to an address such as http://localhost:11434.");
            return null;
        }

        if (bare)
        {
            // An address to listen on is no address to call; and a bare host means the default port of who documents the variable so.
            var builder = new UriBuilder(uri) { Host = uri.Host is "0.0.0.0" or "[::]" ? "localhost" : uri.Host };
            builder.Port = text.Contains(':', StringComparison.Ordinal) && !uri.IsDefaultPort ? uri.Port : text.EndsWith(":80", StringComparison.Ordinal) ? 80 : OllamaPort;
            uri = builder.Uri;
        }

        return Check(uri, variable, errors);
    }

    /// <summary>Checks that an address can be called and holds no credentials.</summary>
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

        return uri;
    }
}
