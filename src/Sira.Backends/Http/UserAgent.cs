namespace Sira.Backends.Http;

/// <summary>What Sira calls itself at providers, so that their support can tell its traffic. The host's own header of the same name wins.</summary>
internal static class UserAgent
{
    public const string Header = "User-Agent";

    public static string Value { get; } = $"Sira/{typeof(UserAgent).Assembly.GetName().Version?.ToString(fieldCount: 3) ?? "0.0.0"}";
}
