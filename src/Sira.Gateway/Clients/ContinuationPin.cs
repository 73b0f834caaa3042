using System.Text;
using Microsoft.Extensions.AI;
using Sira.Gateway.Routing;

namespace Sira.Gateway.Clients;

/// <summary>Ties a continuation token to the target that made it: a background response can be fetched only where it was begun, whatever the route would choose now.</summary>
internal static class ContinuationPin
{
    private const byte Separator = (byte)'\n';

    private static ReadOnlySpan<byte> Mark => "sira.target:"u8;

    /// <summary>Puts the target in front of its token.</summary>
    public static ResponseContinuationToken Wrap(RouteTarget target, ResponseContinuationToken token) =>
        ResponseContinuationToken.FromBytes((byte[])[.. Mark, .. Encoding.UTF8.GetBytes(target.Name), Separator, .. token.ToBytes().Span]);

    /// <summary>Takes the target off a token.</summary>
    /// <param name="token">The caller's token.</param>
    /// <param name="target">The target's name.</param>
    /// <param name="inner">The target's own token.</param>
    /// <returns>Whether the token came from this gateway; another one is left to whoever made it.</returns>
    public static bool TryUnwrap(ResponseContinuationToken? token, out string target, out ResponseContinuationToken? inner)
    {
        (target, inner) = (string.Empty, token);
        if (token is null)
        {
            return false;
        }

        var bytes = token.ToBytes();
        var end = bytes.Span.IndexOf(Separator);
        if (end < 0 || !bytes.Span.StartsWith(Mark))
        {
            return false;
        }

        target = Encoding.UTF8.GetString(bytes.Span[Mark.Length..end]);
        inner = ResponseContinuationToken.FromBytes(bytes[(end + 1)..]);
        return true;
    }
}
