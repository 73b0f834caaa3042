namespace Sira.Session.Context.Building;

/// <summary>What messages that stand together are.</summary>
internal enum ContextUnitKind : byte
{
    User,
    Assistant,
    Tool,
    System,
}
