using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Sira.Kernel.Discovery.Contributed;
using Sira.Kernel.Messaging.Contributed;

namespace Sira.Kernel.Builder;

/// <summary>Registers what runs the subscribers and endpoints that the host and its plugins declare.</summary>
internal static class ContributedServices
{
    public static void Add(IServiceCollection services)
    {
        services.AddContract<MessageSubscriber>().AddContract<EndpointContribution>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, SubscriberHost>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, EndpointContributionHost>());
    }
}
