using System.Globalization;
using Sira.Requests;

namespace Sira.Gateway.Caching.Keys;

/// <summary>Encodes how a request is routed, since that says whose answer it may get.</summary>
internal static class RoutingEncoder
{
    public static void Write(KeyWriter writer, RoutingOptions? routing)
    {
        if (routing is null)
        {
            writer.Null();
            return;
        }

        writer.Tag(Tags.Routing);
        writer.String(routing.Strategy);
        writer.String(routing.Balancer);
        Write(writer, routing.Only);
        Write(writer, routing.Ignore);
        Write(writer, routing.Prefer);
        writer.String(routing.MaxInputPrice?.ToString(CultureInfo.InvariantCulture));
        writer.String(routing.MaxOutputPrice?.ToString(CultureInfo.InvariantCulture));
        Write(writer, routing.RequiredTags);
        Write(writer, routing.RequireParameters);
        Write(writer, routing.AllowFallbacks);
        Write(writer, routing.Hedge);
        writer.Count(routing.StreamRecovery?.Count ?? -1);
        for (var i = 0; i < routing.StreamRecovery?.Count; i++)
        {
            writer.Integer((int)routing.StreamRecovery[i]);
        }
    }

    private static void Write(KeyWriter writer, IReadOnlyList<string>? names)
    {
        writer.Count(names?.Count ?? -1);
        for (var i = 0; i < names?.Count; i++)
        {
            writer.String(names[i]);
        }
    }

    private static void Write(KeyWriter writer, IReadOnlyDictionary<string, string>? tags)
    {
        writer.Count(tags?.Count ?? -1);
        if (tags is not null)
        {
            foreach (var (key, value) in tags)
            {
                writer.String(key);
                writer.String(value);
            }
        }
    }

    private static void Write(KeyWriter writer, bool? value) => writer.Integer(value is null ? -1 : value.Value ? 1 : 0);
}
