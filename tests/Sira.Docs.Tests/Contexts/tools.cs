global using static ToolsContext;

internal static class ToolsContext
{
    public static AIFunction weather => null!;

    public static AIFunction pay => null!;

    public static bool AskTheUser(ToolApprovalRequestContent request) => request is not null;
}
