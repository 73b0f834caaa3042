using Sira.Backends.OpenAIChat.Dialects;

namespace Sira.Backends.Kinds;

/// <summary>Completes an address with the path that a dialect expects.</summary>
internal static class OpenAIEndpoint
{
    /// <summary>Completes an address.</summary>
    /// <param name="endpoint">The address, as configured: with the path, or without one.</param>
    /// <param name="dialect">The dialect.</param>
    /// <param name="apiVersion">The API version, if one is configured.</param>
    /// <returns>The address, and what stands before each path (with its slash), which may name the model.</returns>
    public static (Uri Endpoint, string Prefix) Resolve(Uri endpoint, OpenAIDialect dialect, string? apiVersion)
    {
        var path = endpoint.AbsolutePath.Trim('/');
        if (apiVersion is not null && dialect.VersionedBasePath is { } versioned)
        {
            // Only from the root or from the usual path: another path, such as Azure's "models", is meant as it stands.
            if (path.Length == 0 || path == dialect.BasePath || versioned.StartsWith(path + "/", StringComparison.Ordinal))
            {
                return (new UriBuilder(endpoint) { Path = "/" }.Uri, versioned + "/");
            }

            return (endpoint, string.Empty);
        }

        return path.Length == 0 && dialect.BasePath is { } basePath
            ? (new UriBuilder(endpoint) { Path = basePath }.Uri, string.Empty)
            : (endpoint, string.Empty);
    }
}
