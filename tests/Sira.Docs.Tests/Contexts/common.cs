// The usings and names that any page may presuppose. A page's own are in the file of its name beside this one.
global using System;
global using System.Collections.Generic;
global using System.Diagnostics;
global using System.IO;
global using System.Linq;
global using System.Net.Http;
global using System.Threading;
global using System.Threading.Tasks;
global using Microsoft.Extensions.AI;
global using Microsoft.Extensions.Configuration;
global using Microsoft.Extensions.DependencyInjection;
global using Microsoft.Extensions.Hosting;
global using Microsoft.Extensions.Logging;
global using Sira.Backends;
global using Sira.Decisions;
global using Sira.Errors;
global using Sira.Gateway.Budgets;
global using Sira.Gateway.Clients;
global using Sira.Gateway.Configuration;
global using Sira.Gateway.Configuration.Policies;
global using Sira.Gateway.Events;
global using Sira.Gateway.Strategies;
global using Sira.Hosting;
global using Sira.Kernel.Balancing;
global using Sira.Kernel.Builder;
global using Sira.Kernel.Configuration;
global using Sira.Kernel.Diagnostics;
global using Sira.Kernel.Health;
global using Sira.Kernel.Messaging;
global using Sira.Kernel.Registry;
global using Sira.Kernel.Resources;
global using Sira.Kernel.Time;
global using Sira.Models;
global using Sira.Pipeline;
global using Sira.Plugins.Manifests;
global using Sira.Plugins.Resolution;
global using Sira.Requests;
global using Sira.Tokens;
global using Sira.Tools;
global using static CommonContext;

/// <summary>A host under construction, and what can be had from it once it runs.</summary>
internal static class CommonContext
{
    public static HostApplicationBuilder builder => null!;

    public static IServiceCollection services => null!;

    public static ISiraBuilder sira => null!;

    public static ISira gateway => null!;

    public static IChatClient chat => null!;

    public static IChatClient inner => null!;

    public static IMessageBus bus => null!;

    public static ILogger logger => null!;

    public static IReadOnlyList<ChatMessage> messages => null!;

    public static ChatOptions options => null!;

    public static CancellationToken cancellationToken => default;
}

/// <summary>A chat client of the reader's own.</summary>
internal sealed class MyChatClient() : DelegatingChatClient(null!);
