namespace Sira.Plugins.Isolation.Messaging;

/// <summary>A responder in a plugin's hands: ended by it, or with it.</summary>
internal sealed class PluginResponder(IAsyncDisposable responder, PluginMessageBus bus) : IAsyncDisposable
{
    public ValueTask DisposeAsync()
    {
        bus.Forget(this);
        return responder.DisposeAsync();
    }
}
