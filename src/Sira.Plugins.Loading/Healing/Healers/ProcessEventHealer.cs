using System.Runtime.ExceptionServices;

namespace Sira.Plugins.Loading.Healing.Healers;

/// <summary>Removes handlers of the ends and the exceptions of the process (AppDomain.ProcessExit and its kin), which nothing else ever removes.</summary>
internal sealed class ProcessEventHealer : EventHealer
{
    public ProcessEventHealer()
    {
        Add<EventHandler>(typeof(AppDomain), nameof(AppDomain.ProcessExit), static (domain, handler) => ((AppDomain)domain!).ProcessExit -= handler, static () => [AppDomain.CurrentDomain]);
        Add<EventHandler>(typeof(AppDomain), nameof(AppDomain.DomainUnload), static (domain, handler) => ((AppDomain)domain!).DomainUnload -= handler, static () => [AppDomain.CurrentDomain]);
        Add<UnhandledExceptionEventHandler>(typeof(AppContext), nameof(AppDomain.UnhandledException), static (_, handler) => AppDomain.CurrentDomain.UnhandledException -= handler);
        Add<EventHandler<FirstChanceExceptionEventArgs>>(typeof(AppContext), nameof(AppDomain.FirstChanceException), static (_, handler) => AppDomain.CurrentDomain.FirstChanceException -= handler);
    }

    public override string Heals => "handlers of events of the process";
}
