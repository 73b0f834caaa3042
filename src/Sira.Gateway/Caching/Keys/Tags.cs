namespace Sira.Gateway.Caching.Keys;

/// <summary>What a value in the encoding of a key is. Numbers are never used again for something else.</summary>
internal static class Tags
{
    public const int Map = 1;
    public const int List = 2;
    public const int Formatted = 3;
    public const int Enumeration = 4;
    public const int Address = 5;
    public const int JsonObject = 6;
    public const int JsonArray = 7;
    public const int JsonNumber = 8;
    public const int JsonNull = 9;
    public const int LastText = 10;
    public const int WholeMessage = 11;
    public const int Text = 20;
    public const int Reasoning = 21;
    public const int Data = 22;
    public const int Link = 23;
    public const int Call = 24;
    public const int Result = 25;
    public const int File = 26;
    public const int Error = 28;
    public const int Usage = 29;
    public const int TextFormat = 40;
    public const int JsonFormat = 41;
    public const int NoTool = 42;
    public const int AutoTool = 43;
    public const int RequiredTool = 44;
    public const int Routing = 45;
    public const int Function = 46;
}
