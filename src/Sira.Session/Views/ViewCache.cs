namespace Sira.Session.Views;

/// <summary>The views that were used last. Thread-safe.</summary>
internal sealed class ViewCache(int maximumCount, long maximumBytes)
{
    private readonly Lock gate = new();
    private readonly Dictionary<SessionKey, LinkedListNode<SessionView>> views = [];
    private readonly LinkedList<SessionView> byUse = new();
    private long bytes;

    public SessionView? Find(SessionKey key)
    {
        lock (gate)
        {
            if (!views.TryGetValue(key, out var node))
            {
                return null;
            }

            byUse.Remove(node);
            byUse.AddFirst(node);
            return node.Value;
        }
    }

    /// <summary>Keeps a view, unless a later one of the same log is there.</summary>
    public void Keep(SessionView view)
    {
        if (maximumCount == 0 || view.Bytes > maximumBytes)
        {
            Forget(view.Identity.Key);
            return;
        }

        lock (gate)
        {
            if (views.TryGetValue(view.Identity.Key, out var node))
            {
                if (node.Value.Identity.Stream == view.Identity.Stream && node.Value.Version > view.Version)
                {
                    return;
                }

                bytes += view.Bytes - node.Value.Bytes;
                node.Value = view;
                byUse.Remove(node);
                byUse.AddFirst(node);
            }
            else
            {
                views.Add(view.Identity.Key, byUse.AddFirst(view));
                bytes += view.Bytes;
            }

            while (views.Count > maximumCount || bytes > maximumBytes)
            {
                Drop(byUse.Last!);
            }
        }
    }

    public void Forget(SessionKey key)
    {
        lock (gate)
        {
            if (views.TryGetValue(key, out var node))
            {
                Drop(node);
            }
        }
    }

    private void Drop(LinkedListNode<SessionView> node)
    {
        views.Remove(node.Value.Identity.Key);
        byUse.Remove(node);
        bytes -= node.Value.Bytes;
    }
}
