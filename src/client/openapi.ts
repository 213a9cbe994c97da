// Generated from the OpenAPI document of the service: npm run client:types

export interface paths {
    "/.well-known/oauth-protected-resource": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["ResourceMetadataController.ofService"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/oauth-protected-resource/mcp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["ResourceMetadataController.ofMcp"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/agents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["AgentsController.list"];
        put?: never;
        post: operations["AgentsController.create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/agents/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["AgentsController.get"];
        put?: never;
        post?: never;
        delete: operations["AgentsController.retire"];
        options?: never;
        head?: never;
        patch: operations["AgentsController.update"];
        trace?: never;
    };
    "/api/agents/{id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["AgentsController.rotate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/assistant/ask": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["AssistantController.ask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["AuditController.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["AuditController.get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["AuditExportController.export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/seals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["SealsController.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["AuditStreamController.stream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["VerificationsController.list"];
        put?: never;
        post: operations["VerificationsController.begin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/verify/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["VerificationsController.get"];
        put?: never;
        post?: never;
        delete: operations["VerificationsController.stop"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/documents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["DocumentsController.list"];
        put?: never;
        post: operations["DocumentsController.create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/documents/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["DocumentsController.get"];
        put?: never;
        post?: never;
        delete: operations["DocumentsController.delete"];
        options?: never;
        head?: never;
        patch: operations["DocumentsController.update"];
        trace?: never;
    };
    "/api/documents/{id}/shares": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["DocumentSharesController.shares"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/documents/{id}/shares/{teamId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put: operations["DocumentSharesController.share"];
        post?: never;
        delete: operations["DocumentSharesController.unshare"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/documents/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["DocumentsController.search"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/documents/sources/shares": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["SourceSharesController.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/documents/sources/shares/{teamId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put: operations["SourceSharesController.share"];
        post?: never;
        delete: operations["SourceSharesController.unshare"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/documents/synonyms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["SynonymsController.list"];
        put: operations["SynonymsController.replace"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/documents/upload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["DocumentsController.upload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["InvitationsController.list"];
        put?: never;
        post: operations["InvitationsController.create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/invitations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete: operations["InvitationsController.revoke"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/limits/tools": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["ToolLimitsController.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/limits/tools/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put: operations["ToolLimitsController.replace"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/mcp/client-config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["ClientConfigController.get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/mcp/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["ApiKeysController.list"];
        put?: never;
        post: operations["ApiKeysController.create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/mcp/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["ApiKeysController.get"];
        put?: never;
        post?: never;
        delete: operations["ApiKeysController.revoke"];
        options?: never;
        head?: never;
        patch: operations["ApiKeysController.update"];
        trace?: never;
    };
    "/api/mcp/keys/{id}/effective": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["EffectiveController.effective"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/mcp/keys/{id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["ApiKeysController.rotate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/mcp/keys/{id}/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["ApiKeyUsageController.usage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/mcp/keys/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["ApiKeysController.rotateAll"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["MeController.describe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/oauth/clients": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["ClientsController.list"];
        put?: never;
        post: operations["ClientsController.create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/oauth/clients/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["ClientsController.get"];
        put?: never;
        post?: never;
        delete: operations["ClientsController.remove"];
        options?: never;
        head?: never;
        patch: operations["ClientsController.decide"];
        trace?: never;
    };
    "/api/oauth/grants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["GrantsController.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/oauth/grants/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete: operations["GrantsController.end"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/organizations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["OrganizationsController.list"];
        put?: never;
        post: operations["OrganizationsController.create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/organizations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["OrganizationsController.get"];
        put?: never;
        post?: never;
        delete: operations["OrganizationsController.remove"];
        options?: never;
        head?: never;
        patch: operations["OrganizationsController.update"];
        trace?: never;
    };
    "/api/organizations/{id}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["MembersController.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/organizations/{id}/members/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put: operations["MembersController.put"];
        post?: never;
        delete: operations["MembersController.remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["OverviewController.get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/scim/connections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["ScimConnectionsController.list"];
        put?: never;
        post: operations["ScimConnectionsController.create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/scim/connections/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete: operations["ScimConnectionsController.remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/scopes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["ScopesController.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/service/stop-calls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["StoppedCallsController.get"];
        put?: never;
        post: operations["StoppedCallsController.stop"];
        delete: operations["StoppedCallsController.resume"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["SessionsController.list"];
        put?: never;
        post?: never;
        delete: operations["SessionsController.endOthers"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete: operations["SessionsController.end"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sso/connections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["SsoConnectionsController.list"];
        put?: never;
        post: operations["SsoConnectionsController.create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sso/connections/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete: operations["SsoConnectionsController.remove"];
        options?: never;
        head?: never;
        patch: operations["SsoConnectionsController.update"];
        trace?: never;
    };
    "/api/teams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["TeamsController.list"];
        put?: never;
        post: operations["TeamsController.create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/teams/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["TeamsController.get"];
        put?: never;
        post?: never;
        delete: operations["TeamsController.remove"];
        options?: never;
        head?: never;
        patch: operations["TeamsController.update"];
        trace?: never;
    };
    "/api/teams/{id}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["TeamMembersController.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/teams/{id}/members/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put: operations["TeamMembersController.put"];
        post?: never;
        delete: operations["TeamMembersController.remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tools": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["ToolsController.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tools/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put: operations["ToolsController.switch"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["UsersController.list"];
        put?: never;
        post: operations["UsersController.create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["UsersController.get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch: operations["UsersController.update"];
        trace?: never;
    };
    "/api/users/{id}/second-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete: operations["SecondFactorController.resetSecondFactor"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["DocsController.page"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs/{asset}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["DocsController.asset"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["DocsController.document"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["HealthController.summary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["HealthController.live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["HealthController.ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/mcp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["McpController.get"];
        put?: never;
        post: operations["McpController.post"];
        delete: operations["McpController.delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["MetricsController.scrape"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Agent: {
            /** Format: date-time */
            createdAt: string;
            /** Format: uuid */
            createdBy: string;
            description: string | null;
            endsAt: string | null;
            heldScopes: string[];
            /** Format: uuid */
            id: string;
            isActive: boolean;
            lastUse: {
                action: string | null;
                /** Format: date-time */
                at: string;
                ip: string | null;
                keyId: string | null;
                keyStart: string | null;
                tool: string | null;
            } | null;
            name: string;
            /** Format: uuid */
            ownerId: string;
            /** @enum {string} */
            ownerKind: "person" | "agent" | "team";
            ownerName: string;
            requestsPerMinute: number | null;
            retiredAt: string | null;
            scopes: string[];
            stoppedBy: ("retired" | "ended" | "suspended" | "above_retired" | "above_ended" | "above_suspended" | "owner_inactive")[];
            works: boolean;
        };
        AgentList: {
            agents: components["schemas"]["Agent"][];
            nextCursor: string | null;
        };
        ApiKey: {
            agent: boolean;
            /** Format: date-time */
            createdAt: string;
            disabledBy: string | null;
            enabled: boolean;
            expiresAt: string | null;
            /** Format: uuid */
            id: string;
            ipAllowlist: string[] | null;
            lastUsedAt: string | null;
            metadata: {
                [key: string]: unknown;
            };
            name: string;
            /** Format: uuid */
            organizationId: string;
            replacedBy: string | null;
            requestsPerMinute: number | null;
            revokedAt: string | null;
            scopes: string[];
            start: string;
            /** Format: uuid */
            userId: string;
        };
        ApiKeyList: {
            keys: components["schemas"]["ListedApiKey"][];
            nextCursor: string | null;
        };
        AskDto: {
            history?: unknown[];
            question: string;
        };
        AssistantAnswer: {
            answer: string;
            failure: string | null;
            /** @enum {string} */
            mode: "extract" | "model";
            question: string;
            sources: {
                /** Format: date-time */
                createdAt: string;
                excerpt: string;
                filename: string | null;
                /** Format: uuid */
                id: string;
                passage: {
                    end: number;
                    headings: string[];
                    id: string;
                    start: number;
                };
                title: string;
            }[];
            unsupported: {
                end: number;
                start: number;
                text: string;
            }[];
            usage: {
                inputTokens?: number;
                outputTokens?: number;
            };
        };
        AuditEvent: {
            action: string;
            actors: string[] | null;
            clientId: string | null;
            durationMs: number | null;
            elevated: boolean;
            /** Format: uuid */
            id: string;
            ip: string | null;
            keyId: string | null;
            keyName: string | null;
            keyStart: string | null;
            metadata: {
                [key: string]: unknown;
            };
            /** Format: uuid */
            nodeId: string;
            nodeSeq: number;
            /** Format: date-time */
            occurredAt: string;
            organizationId: string | null;
            /** @enum {string} */
            outcome: "success" | "failure" | "denied" | "pending";
            reason: string | null;
            /** Format: date-time */
            recordedAt: string;
            requestId: string | null;
            resource: string | null;
            scopes: string[];
            targets: string[];
            tool: string | null;
            traceId: string | null;
            userAgent: string | null;
            userId: string | null;
            userName: string | null;
            via: ("key" | "session" | "token") | null;
        };
        AuditEventDetails: {
            chain: {
                /** Format: uuid */
                id: string;
                /** @enum {string} */
                kind: "person" | "agent" | "team";
                name: string;
            }[];
            event: components["schemas"]["AuditEvent"];
            seal: {
                keyId: string;
                number: number;
                rowHash: string;
                /** Format: date-time */
                sealedAt: string;
            } | null;
        };
        AuditEventList: {
            events: components["schemas"]["AuditEvent"][];
            nextCursor: string | null;
        };
        AuditSealList: {
            lastVerification: {
                /** Format: date-time */
                at: string;
                findingsCount: number;
                /** Format: uuid */
                id: string;
                problem: string | null;
                /** @enum {string} */
                state: "passed" | "failed";
                verifiedUpTo: string | null;
            } | null;
            nextCursor: string | null;
            seals: {
                closed: boolean;
                from: string | null;
                fromSeq: number;
                hashStart: string;
                keyId: string;
                /** Format: uuid */
                nodeId: string;
                number: number;
                rows: number;
                /** Format: date-time */
                sealedAt: string;
                to: string | null;
                toSeq: number;
            }[];
        };
        AuditVerification: {
            counts: {
                /** @enum {string} */
                code: "changed" | "missing" | "added" | "reordered" | "seal" | "handover" | "truncated" | "no_checkpoint" | "unsealed" | "schema";
                count: number;
            }[];
            endedAt: string | null;
            findings: {
                /** @enum {string} */
                code: "changed" | "missing" | "added" | "reordered" | "seal" | "handover" | "truncated" | "no_checkpoint" | "unsealed" | "schema";
                message: string;
                nodeId: string | null;
                nodeSeq: number | null;
                rowId: string | null;
                time: string | null;
            }[];
            findingsCount: number;
            /** Format: uuid */
            id: string;
            problem: string | null;
            progress: {
                nodes: number;
                nodesTotal: number;
                rows: number;
                seals: number;
                sealsTotal: number;
            } | null;
            /** Format: date-time */
            requestedAt: string;
            /** Format: uuid */
            requestedBy: string;
            startedAt: string | null;
            /** @enum {string} */
            state: "queued" | "running" | "passed" | "failed" | "stopped" | "lost";
            verifiedUpTo: {
                /** Format: date-time */
                at: string;
                /** Format: uuid */
                nodeId: string;
                nodeSeq: number;
                seal: number;
            } | null;
        };
        AuditVerificationList: {
            nextCursor: string | null;
            verifications: {
                counts: {
                    /** @enum {string} */
                    code: "changed" | "missing" | "added" | "reordered" | "seal" | "handover" | "truncated" | "no_checkpoint" | "unsealed" | "schema";
                    count: number;
                }[];
                endedAt: string | null;
                findingsCount: number;
                /** Format: uuid */
                id: string;
                problem: string | null;
                progress: {
                    nodes: number;
                    nodesTotal: number;
                    rows: number;
                    seals: number;
                    sealsTotal: number;
                } | null;
                /** Format: date-time */
                requestedAt: string;
                /** Format: uuid */
                requestedBy: string;
                startedAt: string | null;
                /** @enum {string} */
                state: "queued" | "running" | "passed" | "failed" | "stopped" | "lost";
                verifiedUpTo: {
                    /** Format: date-time */
                    at: string;
                    /** Format: uuid */
                    nodeId: string;
                    nodeSeq: number;
                    seal: number;
                } | null;
            }[];
        };
        Client: {
            client: string;
            title: string;
        };
        ClientConfig: {
            client: string;
            commands: {
                command: string;
                purpose: string;
            }[];
            files: {
                content: string;
                /** @enum {string} */
                format: "json" | "toml" | "javascript";
                locations: {
                    path: string;
                    where: string;
                }[];
            }[];
            /** @enum {string} */
            keySource: "environment" | "prompt" | "file" | "none";
            keyVariable: string;
            link: string | null;
            notes: string[];
            oauth: {
                commands: {
                    command: string;
                    purpose: string;
                }[];
                files: {
                    content: string;
                    /** @enum {string} */
                    format: "json" | "toml" | "javascript";
                    locations: {
                        path: string;
                        where: string;
                    }[];
                }[];
                link: string | null;
                notes: string[];
                steps: string[];
            } | null;
            steps: string[];
            title: string;
            /** Format: uri */
            url: string;
        };
        ClientConfigAnswer: components["schemas"]["ClientConfig"] | components["schemas"]["ClientList"];
        ClientList: {
            clients: components["schemas"]["Client"][];
            nextCursor: null;
        };
        CreateAgentDto: {
            description?: string | null;
            endsAt?: string | null;
            name: string;
            /** Format: uuid */
            ownerId?: string;
            requestsPerMinute?: number | null;
            scopes: string[];
            withKey?: boolean;
        };
        CreateApiKeyDto: {
            agent?: boolean;
            expiresAt?: string | null;
            ipAllowlist?: string[] | null;
            metadata?: {
                [key: string]: unknown;
            };
            name: string;
            /** Format: uuid */
            organizationId?: string;
            requestsPerMinute?: number | null;
            scopes?: string[];
            /** Format: uuid */
            userId?: string;
        };
        CreateClientDto: {
            /** Format: uuid */
            agentId?: string;
            clientCredentialsScopes?: string[];
            clientId?: string;
            grantTypes?: ("authorization_code" | "refresh_token" | "urn:ietf:params:oauth:grant-type:device_code" | "urn:ietf:params:oauth:grant-type:jwt-bearer" | "client_credentials" | "urn:ietf:params:oauth:grant-type:token-exchange")[];
            jwks?: {
                [key: string]: unknown;
            };
            name?: string;
            redirectUris?: string[];
            /** @enum {string} */
            tokenEndpointAuthMethod?: "none" | "client_secret_basic" | "private_key_jwt";
        };
        CreatedAgent: {
            /** Format: date-time */
            createdAt: string;
            /** Format: uuid */
            createdBy?: string;
            description?: string | null;
            endsAt?: string | null;
            heldScopes?: string[];
            /** Format: uuid */
            id: string;
            isActive?: boolean;
            key?: components["schemas"]["IssuedApiKey"];
            lastUse?: {
                action: string | null;
                /** Format: date-time */
                at: string;
                ip: string | null;
                keyId: string | null;
                keyStart: string | null;
                tool: string | null;
            } | null;
            name?: string;
            /** Format: uuid */
            ownerId?: string;
            /** @enum {string} */
            ownerKind?: "person" | "agent" | "team";
            ownerName?: string;
            requestsPerMinute?: number | null;
            retiredAt?: string | null;
            scopes?: string[];
            stoppedBy?: ("retired" | "ended" | "suspended" | "above_retired" | "above_ended" | "above_suspended" | "owner_inactive")[];
            works?: boolean;
        };
        CreateDocumentDto: {
            content: string;
            filename?: string | null;
            language?: ("en" | "de" | "fr" | "es" | "it" | "nl" | "pt") | null;
            teamId?: string | null;
            title: string;
        };
        CreateInvitationDto: {
            email: string;
            name: string;
            /** @enum {string} */
            role?: "member" | "auditor" | "admin";
        };
        CreateOrganizationDto: {
            name: string;
            owner?: {
                email: string;
                name: string;
            };
            requestsPerMinute?: number | null;
        };
        CreateScimConnectionDto: {
            domains: string[];
            name: string;
        };
        CreateSsoConnectionDto: {
            certificates?: string[];
            clientId?: string;
            clientSecret?: string;
            domains: string[];
            issuer: string;
            /** @enum {string} */
            kind: "oidc" | "saml";
            name: string;
            signInUrl?: string;
        };
        CreateUserDto: {
            email: string;
            isActive?: boolean;
            name: string;
            requestsPerMinute?: number | null;
            /** @enum {string} */
            role?: "member" | "auditor" | "admin";
            /** @enum {string} */
            tier?: "free" | "development" | "paid" | "unlimited";
        };
        DecideClientDto: {
            /** @enum {string} */
            state: "approved" | "blocked";
        };
        Document: {
            /** @enum {string} */
            access?: "owner" | "editor" | "reader";
            content: string;
            /** Format: date-time */
            createdAt: string;
            filename: string | null;
            /** Format: uuid */
            id: string;
            language: ("en" | "de" | "fr" | "es" | "it" | "nl" | "pt") | null;
            /** Format: uuid */
            ownerId?: string;
            title: string;
            /** Format: date-time */
            updatedAt: string;
        };
        DocumentList: {
            documents: components["schemas"]["DocumentSummary"][];
            nextCursor: string | null;
        };
        DocumentShare: {
            /** Format: date-time */
            createdAt: string;
            /** @enum {string} */
            role: "reader" | "editor";
            source: string | null;
            team: string;
            /** Format: uuid */
            teamId: string;
        };
        DocumentShareList: {
            nextCursor: string | null;
            shares: components["schemas"]["DocumentShare"][];
        };
        DocumentSourceShare: {
            /** Format: date-time */
            createdAt: string;
            documents: number;
            /** @enum {string} */
            role: "reader" | "editor";
            source: string;
            team: string;
            /** Format: uuid */
            teamId: string;
        };
        DocumentSourceShareList: {
            nextCursor: string | null;
            shares: components["schemas"]["DocumentSourceShare"][];
        };
        DocumentSummary: {
            /** @enum {string} */
            access?: "owner" | "editor" | "reader";
            /** Format: date-time */
            createdAt: string;
            filename: string | null;
            /** Format: uuid */
            id: string;
            language: ("en" | "de" | "fr" | "es" | "it" | "nl" | "pt") | null;
            /** Format: uuid */
            ownerId?: string;
            title: string;
            /** Format: date-time */
            updatedAt: string;
        };
        Grant: {
            clientId: string;
            clientName: string | null;
            /** Format: date-time */
            createdAt: string;
            /** Format: uuid */
            id: string;
            issuer: string | null;
            issuerScopes: string[];
            lastUsedAt: string | null;
            /** Format: uuid */
            organizationId: string;
            scopes: string[];
            /** Format: date-time */
            updatedAt: string;
            /** Format: uuid */
            userId: string;
        };
        GrantList: {
            grants: components["schemas"]["Grant"][];
            nextCursor: string | null;
        };
        Health: {
            /** @constant */
            status: "ok";
            /** Format: date-time */
            timestamp: string;
            version: string;
        };
        Invitation: {
            /** Format: date-time */
            createdAt: string;
            email: string;
            /** Format: date-time */
            expiresAt: string;
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            invitedBy: string;
            name: string;
            /** @enum {string} */
            role: "member" | "auditor" | "admin" | "owner";
        };
        InvitationList: {
            invitations: components["schemas"]["Invitation"][];
            nextCursor: string | null;
        };
        IssuedApiKey: {
            apiKey?: string;
            /** Format: date-time */
            createdAt: string;
            expiresAt: string | null;
            /** Format: uuid */
            id: string;
            ipAllowlist: string[] | null;
            message: string;
            name: string;
            /** Format: uuid */
            organizationId: string;
            requestsPerMinute: number | null;
            scopes: string[];
            start: string;
            /** Format: uuid */
            userId: string;
        };
        JsonRpcAnswer: {
            id: string | number | null;
            /** @constant */
            jsonrpc: "2.0";
        } & {
            [key: string]: unknown;
        };
        JsonRpcError: {
            error: {
                code: number;
                data?: unknown;
                message: string;
            };
            id: string | number | null;
            /** @constant */
            jsonrpc: "2.0";
        };
        KeyAccess: {
            address: {
                inside: boolean;
                ip: string;
                ipAllowlist: string[] | null;
            };
            key: {
                agent: boolean;
                enabled: boolean;
                expired: boolean;
                expiresAt: string | null;
                /** Format: uuid */
                id: string;
                name: string;
                replacedBy: string | null;
                revokedAt: string | null;
                scopes: string[];
                start: string;
            } | null;
            limits: {
                key: {
                    limit: number | null;
                    remaining: number | null;
                    resetSeconds: number;
                } | null;
                limit: number | null;
                organization: {
                    limit: number | null;
                    remaining: number | null;
                    resetSeconds: number;
                } | null;
                policy: string;
                remaining: number | null;
                resetSeconds: number;
                team: {
                    limit: number | null;
                    remaining: number | null;
                    resetSeconds: number;
                } | null;
            };
            lostScopes: string[];
            organization: {
                /** Format: uuid */
                id: string;
                name: string;
            };
            reasons: string[];
            scopes: string[];
            toolAccess: {
                allowed: boolean;
                missingScopes: string[];
                name: string;
            }[];
            tools: string[];
            user: {
                email: string;
                /** Format: uuid */
                id: string;
                isActive: boolean;
                isOperator: boolean;
                /** @enum {string} */
                kind: "person" | "agent" | "team";
                name: string;
                /** @enum {string} */
                role: "member" | "auditor" | "admin" | "owner";
                /** @enum {string} */
                tier: "free" | "development" | "paid" | "unlimited";
            };
            works: boolean;
        };
        KeyUsage: {
            calls: number;
            denials: number;
            failures: number;
            /** Format: date */
            from: string;
            /** Format: uuid */
            keyId: string;
            lastUsedAt: string | null;
            limitsHit: number;
            nextCursor: null;
            perDay: {
                calls: number;
                /** Format: date */
                day: string;
                denials: number;
                failures: number;
                limitsHit: number;
            }[];
            perTool: {
                action: string;
                calls: number;
                denials: number;
                failures: number;
                limitsHit: number;
                tool: string | null;
            }[];
            /** Format: date */
            to: string;
        };
        ListedApiKey: {
            agent: boolean;
            /** Format: date-time */
            createdAt: string;
            disabledBy: string | null;
            enabled: boolean;
            expiresAt: string | null;
            /** Format: uuid */
            id: string;
            ipAllowlist: string[] | null;
            lastUsedAt: string | null;
            metadata: {
                [key: string]: unknown;
            };
            name: string;
            /** Format: uuid */
            organizationId: string;
            owner?: {
                /** Format: uuid */
                id: string;
                /** @enum {string} */
                kind: "person" | "agent" | "team";
                name: string;
            };
            replacedBy: string | null;
            requestsPerMinute: number | null;
            revokedAt: string | null;
            scopes: string[];
            start: string;
            /** Format: uuid */
            userId: string;
        };
        Liveness: {
            /** @constant */
            status: "ok";
        };
        MadeOAuthClient: {
            clientId: string;
            clientSecret: string | null;
            /** @enum {string} */
            state: "pending" | "approved" | "blocked";
        };
        MadeScimConnection: {
            bearer: string;
            /** Format: date-time */
            createdAt: string;
            createdBy: string | null;
            domains: string[];
            /** Format: uuid */
            id: string;
            lastUsedAt: string | null;
            name: string;
        };
        MemberDto: {
            /** @enum {string} */
            role: "member" | "auditor" | "admin" | "owner";
        };
        OAuthClient: {
            agentId: string | null;
            clientId: string;
            createdAt: string | null;
            decidedAt: string | null;
            decidedBy: string | null;
            grantTypes: string[];
            lastUsedAt: string | null;
            name: string | null;
            /** @enum {string} */
            origin: "registered" | "document" | "made";
            redirectUris: string[];
            /** @enum {string} */
            state: "pending" | "approved" | "blocked";
            tokenEndpointAuthMethod: string | null;
        };
        OAuthClientList: {
            clients: components["schemas"]["OAuthClient"][];
            nextCursor: string | null;
        };
        Organization: {
            /** Format: date-time */
            createdAt: string;
            /** Format: uuid */
            id: string;
            isDefault: boolean;
            members: number;
            name: string;
            requestsPerMinute: number | null;
            role: ("member" | "auditor" | "admin" | "owner") | null;
        };
        OrganizationList: {
            nextCursor: string | null;
            organizations: components["schemas"]["Organization"][];
        };
        OrganizationMember: {
            email: string;
            /** Format: uuid */
            id: string;
            isActive: boolean;
            /** @enum {string} */
            kind: "person" | "agent" | "team";
            name: string;
            /** @enum {string} */
            role: "member" | "auditor" | "admin" | "owner";
        };
        OrganizationMemberList: {
            members: components["schemas"]["OrganizationMember"][];
            nextCursor: string | null;
        };
        Overview: {
            anomalies: {
                /** Format: uuid */
                id: string;
                keyName: string | null;
                /** @enum {string} */
                kind: "rate" | "refusals" | "first_tool" | "first_elevated";
                metadata: {
                    [key: string]: unknown;
                };
                /** Format: date-time */
                occurredAt: string;
                resource: string | null;
            }[];
            /** Format: date-time */
            at: string;
            bucketSeconds: number;
            calls: number;
            errors: number;
            /** Format: date-time */
            from: string;
            health: {
                audit: {
                    dropped: number;
                    spooled: number;
                    /** @enum {string} */
                    status: "ok" | "spooling" | "lossy" | "full";
                };
                /** @enum {string} */
                database: "ok" | "unavailable";
                /** @enum {string} */
                rateLimit: "ok" | "degraded";
                replicas: number;
                seals: {
                    lagRows: number;
                    lastSealAt: string | null;
                    /** @enum {string} */
                    status: "ok" | "behind";
                };
            };
            lastVerification: {
                /** Format: date-time */
                at: string;
                findingsCount: number;
                /** Format: uuid */
                id: string;
                problem: string | null;
                /** @enum {string} */
                state: "passed" | "failed";
                verifiedUpTo: string | null;
            } | null;
            limitsHit: number;
            mostRefusedTools: {
                calls: number;
                errors: number;
                limitsHit: number;
                p50Ms: number | null;
                p95Ms: number | null;
                refusals: {
                    code: string;
                    count: number;
                }[];
                refused: number;
                tool: string;
            }[];
            p50Ms: number | null;
            p95Ms: number | null;
            reasons: {
                code: string;
                /** @enum {string} */
                level: "attention" | "danger";
                message: string;
            }[];
            refusals: {
                code: string;
                count: number;
            }[];
            refused: number;
            series: {
                calls: number;
                errors: number;
                /** Format: date-time */
                from: string;
                limitsHit: number;
                p50Ms: number | null;
                p95Ms: number | null;
                refusals: {
                    code: string;
                    count: number;
                }[];
                refused: number;
                unfinished: boolean;
            }[];
            slowestTools: {
                calls: number;
                errors: number;
                limitsHit: number;
                p50Ms: number | null;
                p95Ms: number | null;
                refusals: {
                    code: string;
                    count: number;
                }[];
                refused: number;
                tool: string;
            }[];
            /** @enum {string} */
            status: "ok" | "attention" | "danger";
            /** @enum {string} */
            window: "1h" | "24h" | "7d";
        };
        Problem: {
            code: string;
            detail: string;
            requestId: string;
            status: number;
            title: string;
            type: string;
        } & {
            [key: string]: unknown;
        };
        Readiness: {
            checks: {
                audit: {
                    abandonedNodes: number;
                    accepted: number;
                    dropped: number;
                    lagSeconds: number;
                    pending: number;
                    pendingBytes: number;
                    spooled: number;
                    spooledBytes: number;
                    /** @enum {string} */
                    status: "ok" | "spooling" | "lossy" | "full";
                    written: number;
                };
                coherence: {
                    epoch: number;
                    leaseMs: number;
                    /** @enum {string} */
                    mode: "replicas" | "single";
                    replicas: number;
                    /** @enum {string} */
                    status: "ok" | "lapsed";
                };
                database: {
                    /** @enum {string} */
                    status: "ok" | "unavailable";
                };
                rateLimit: {
                    reason?: string;
                    /** @enum {string} */
                    status: "ok" | "degraded";
                    /** @enum {string} */
                    store: "memory" | "redis";
                };
                seals: {
                    lagRows: number;
                    lastSealAt: string | null;
                    sealedSeq: number;
                    /** @enum {string} */
                    status: "ok" | "behind";
                };
                webhook?: {
                    deadLettered: number;
                    delivered: number;
                    pending: number;
                };
            };
            /** @enum {string} */
            state: "starting" | "serving" | "stopping";
            /** @enum {string} */
            status: "ok" | "unavailable";
        };
        ResourceMetadata: {
            authorization_servers: string[];
            bearer_methods_supported: string[];
            dpop_bound_access_tokens_required: boolean;
            dpop_signing_alg_values_supported: string[];
            resource: string;
            resource_name: string;
            scopes_supported: string[];
        };
        RotateAgentDto: {
            gracePeriodSeconds?: number;
            /** @enum {string} */
            gracePeriodStart?: "rotation" | "first_use";
            /** Format: uuid */
            keyId?: string;
        };
        RotateApiKeyDto: {
            gracePeriodSeconds?: number;
            /** @enum {string} */
            gracePeriodStart?: "rotation" | "first_use";
        };
        ScimConnection: {
            /** Format: date-time */
            createdAt: string;
            createdBy: string | null;
            domains: string[];
            /** Format: uuid */
            id: string;
            lastUsedAt: string | null;
            name: string;
        };
        ScimConnectionList: {
            connections: components["schemas"]["ScimConnection"][];
            nextCursor: string | null;
        };
        Scope: {
            actions: string[];
            description: string;
            elevated: boolean;
            /** @enum {string} */
            risk: "low" | "medium" | "high" | "critical";
            routes: string[];
            scope: string;
            tools: string[];
            use: string;
        };
        ScopeList: {
            nextCursor: null;
            scopes: components["schemas"]["Scope"][];
        };
        SearchAnswer: {
            count: number;
            didYouMean: string | null;
            partial: boolean;
            query: string;
            results: {
                /** @enum {string} */
                access?: "owner" | "editor" | "reader";
                /** Format: date-time */
                createdAt: string;
                excerpt: string;
                filename: string | null;
                /** Format: uuid */
                id: string;
                matched: string[];
                /** Format: uuid */
                ownerId?: string;
                passage: {
                    end: number;
                    headings: string[];
                    id: string;
                    start: number;
                };
                rank: number;
                title: string;
            }[];
            unknownWords: string[];
        };
        SearchDocumentsDto: {
            limit?: number;
            query: string;
        };
        Session: {
            /** Format: date-time */
            createdAt: string;
            current: boolean;
            /** Format: date-time */
            expiresAt: string;
            /** Format: uuid */
            id: string;
            ip: string | null;
            /** Format: date-time */
            lastSeenAt: string;
            signedInBy: ("password" | "provider" | "totp" | "recovery_code" | "passkey")[];
            userAgent: string | null;
            /** Format: uuid */
            userId: string;
        };
        SessionList: {
            nextCursor: string | null;
            sessions: components["schemas"]["Session"][];
        };
        ShareDocumentDto: {
            /** @enum {string} */
            role: "reader" | "editor";
        };
        ShareSourceDto: {
            /** @enum {string} */
            role: "reader" | "editor";
            source: string;
        };
        SsoConnection: {
            callbackUrl: string;
            certificates: {
                sha256: string;
                /** Format: date-time */
                validTo: string;
            }[] | null;
            clientId: string | null;
            /** Format: date-time */
            createdAt: string;
            createdBy: string | null;
            domains: string[];
            enabled: boolean;
            entityId: string | null;
            /** Format: uuid */
            id: string;
            issuer: string;
            /** @enum {string} */
            kind: "oidc" | "saml";
            lastUsedAt: string | null;
            name: string;
            signInUrl: string | null;
        };
        SsoConnectionList: {
            connections: components["schemas"]["SsoConnection"][];
            nextCursor: string | null;
        };
        StopCallsDto: {
            message?: string | null;
            until?: string | null;
        };
        StoppedCalls: {
            stop: {
                message: string | null;
                /** Format: date-time */
                stoppedAt: string;
                /** Format: uuid */
                stoppedBy: string;
                until: string | null;
            } | null;
            stopped: boolean;
        };
        SwitchToolDto: {
            enabled: boolean;
            message?: string | null;
            until?: string | null;
        };
        Synonyms: {
            builtIn: string[][];
            groups: string[][];
        };
        SynonymsDto: {
            groups: string[][];
        };
        Team: {
            /** Format: date-time */
            createdAt: string;
            /** Format: uuid */
            id: string;
            members: number;
            name: string;
            requestsPerMinute: number | null;
            role: ("member" | "maintainer") | null;
        };
        TeamDto: {
            name: string;
            requestsPerMinute?: number | null;
        };
        TeamList: {
            nextCursor: string | null;
            teams: components["schemas"]["Team"][];
        };
        TeamMember: {
            /** Format: uuid */
            id: string;
            /** @enum {string} */
            kind: "person" | "agent" | "team";
            name: string;
            /** @enum {string} */
            role: "member" | "maintainer";
            /** Format: date-time */
            since: string;
        };
        TeamMemberDto: {
            /** @enum {string} */
            role: "member" | "maintainer";
        };
        TeamMemberList: {
            members: components["schemas"]["TeamMember"][];
            nextCursor: string | null;
        };
        ToolLimit: {
            declared: {
                perMinute: number | null;
                weight: number;
            };
            name: string;
            override: {
                perMinute: number | null;
                weight: number | null;
            } | null;
            perMinute: number | null;
            weight: number;
        };
        ToolLimitDto: {
            perMinute?: number | null;
            weight?: number | null;
        };
        ToolLimitList: {
            nextCursor: string | null;
            tools: components["schemas"]["ToolLimit"][];
        };
        ToolSwitch: {
            enabled: boolean;
            name: string;
            stop: {
                message: string | null;
                /** Format: date-time */
                stoppedAt: string;
                /** Format: uuid */
                stoppedBy: string;
                until: string | null;
            } | null;
        };
        ToolSwitches: {
            nextCursor: null;
            tools: {
                enabled: boolean;
                lastDay: {
                    calls: number;
                    errors: number;
                    p95Ms: number | null;
                    refused: number;
                } | null;
                name: string;
                stop: {
                    message: string | null;
                    /** Format: date-time */
                    stoppedAt: string;
                    /** Format: uuid */
                    stoppedBy: string;
                    until: string | null;
                } | null;
            }[];
        };
        UpdateAgentDto: {
            description?: string | null;
            endsAt?: string | null;
            isActive?: boolean;
            name?: string;
            requestsPerMinute?: number | null;
            scopes?: string[];
        };
        UpdateApiKeyDto: {
            enabled?: boolean;
            expiresAt?: string | null;
            ipAllowlist?: string[] | null;
            metadata?: {
                [key: string]: unknown;
            };
            name?: string;
            /** Format: uuid */
            organizationId?: string;
            requestsPerMinute?: number | null;
            scopes?: string[];
        };
        UpdateDocumentDto: {
            content?: string;
            filename?: string | null;
            language?: ("en" | "de" | "fr" | "es" | "it" | "nl" | "pt") | null;
            title?: string;
        };
        UpdateOrganizationDto: {
            name?: string;
            requestsPerMinute?: number | null;
        };
        UpdateSsoConnectionDto: {
            certificates?: string[];
            clientSecret?: string;
            enabled?: boolean;
            name?: string;
            signInUrl?: string;
        };
        UpdateTeamDto: {
            name?: string;
            requestsPerMinute?: number | null;
        };
        UpdateUserDto: {
            email?: string;
            isActive?: boolean;
            isOperator?: boolean;
            name?: string;
            requestsPerMinute?: number | null;
            /** @enum {string} */
            role?: "member" | "auditor" | "admin";
            /** @enum {string} */
            tier?: "free" | "development" | "paid" | "unlimited";
        };
        User: {
            /** Format: date-time */
            createdAt: string;
            email: string;
            /** Format: uuid */
            id: string;
            isActive: boolean;
            isOperator: boolean;
            lastSeenAt: string | null;
            name: string;
            requestsPerMinute: number | null;
            /** @enum {string} */
            role: "member" | "auditor" | "admin" | "owner";
            signsInBy: ("password" | "provider" | "totp" | "passkey")[] | null;
            /** @enum {string} */
            tier: "free" | "development" | "paid" | "unlimited";
            /** Format: date-time */
            updatedAt: string;
        };
        UserList: {
            nextCursor: string | null;
            users: components["schemas"]["User"][];
        };
        WrittenAgent: {
            /** Format: date-time */
            createdAt: string;
            /** Format: uuid */
            createdBy?: string;
            description?: string | null;
            endsAt?: string | null;
            heldScopes?: string[];
            /** Format: uuid */
            id: string;
            isActive?: boolean;
            lastUse?: {
                action: string | null;
                /** Format: date-time */
                at: string;
                ip: string | null;
                keyId: string | null;
                keyStart: string | null;
                tool: string | null;
            } | null;
            name?: string;
            /** Format: uuid */
            ownerId?: string;
            /** @enum {string} */
            ownerKind?: "person" | "agent" | "team";
            ownerName?: string;
            requestsPerMinute?: number | null;
            retiredAt?: string | null;
            scopes?: string[];
            stoppedBy?: ("retired" | "ended" | "suspended" | "above_retired" | "above_ended" | "above_suspended" | "owner_inactive")[];
            works?: boolean;
        };
        WrittenApiKey: {
            agent?: boolean;
            /** Format: date-time */
            createdAt: string;
            disabledBy?: string | null;
            enabled?: boolean;
            expiresAt?: string | null;
            /** Format: uuid */
            id: string;
            ipAllowlist?: string[] | null;
            lastUsedAt?: string | null;
            metadata?: {
                [key: string]: unknown;
            };
            name?: string;
            /** Format: uuid */
            organizationId?: string;
            replacedBy?: string | null;
            requestsPerMinute?: number | null;
            revokedAt?: string | null;
            scopes?: string[];
            start: string;
            /** Format: uuid */
            userId?: string;
        };
        WrittenDocument: {
            /** @enum {string} */
            access?: "owner" | "editor" | "reader";
            content?: string;
            /** Format: date-time */
            createdAt: string;
            filename?: string | null;
            /** Format: uuid */
            id: string;
            language?: ("en" | "de" | "fr" | "es" | "it" | "nl" | "pt") | null;
            /** Format: uuid */
            ownerId?: string;
            title?: string;
            /** Format: date-time */
            updatedAt: string;
        };
        WrittenInvitation: {
            /** Format: date-time */
            createdAt: string;
            email?: string;
            /** Format: date-time */
            expiresAt?: string;
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            invitedBy?: string;
            name?: string;
            /** @enum {string} */
            role?: "member" | "auditor" | "admin" | "owner";
        };
        WrittenOrganization: {
            /** Format: date-time */
            createdAt: string;
            /** Format: uuid */
            id: string;
            isDefault?: boolean;
            members?: number;
            name?: string;
            requestsPerMinute?: number | null;
            role?: ("member" | "auditor" | "admin" | "owner") | null;
        };
        WrittenTeam: {
            /** Format: date-time */
            createdAt: string;
            /** Format: uuid */
            id: string;
            members?: number;
            name?: string;
            requestsPerMinute?: number | null;
            role?: ("member" | "maintainer") | null;
        };
        WrittenUser: {
            /** Format: date-time */
            createdAt: string;
            email?: string;
            /** Format: uuid */
            id: string;
            isActive?: boolean;
            isOperator?: boolean;
            lastSeenAt?: string | null;
            name?: string;
            requestsPerMinute?: number | null;
            /** @enum {string} */
            role?: "member" | "auditor" | "admin" | "owner";
            signsInBy?: ("password" | "provider" | "totp" | "passkey")[] | null;
            /** @enum {string} */
            tier?: "free" | "development" | "paid" | "unlimited";
            /** Format: date-time */
            updatedAt: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    "ResourceMetadataController.ofService": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResourceMetadata"];
                };
            };
        };
    };
    "ResourceMetadataController.ofMcp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResourceMetadata"];
                };
            };
        };
    };
    "AgentsController.list": {
        parameters: {
            query?: {
                cursor?: string;
                elevated?: boolean;
                limit?: number;
                ownerId?: string;
                state?: "current" | "working" | "stopped" | "retired";
                unusedForDays?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentList"];
                };
            };
        };
    };
    "AgentsController.create": {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateAgentDto"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedAgent"];
                };
            };
        };
    };
    "AgentsController.get": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Agent"];
                };
            };
        };
    };
    "AgentsController.retire": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "AgentsController.update": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateAgentDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WrittenAgent"];
                };
            };
        };
    };
    "AgentsController.rotate": {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RotateAgentDto"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedApiKey"];
                };
            };
        };
    };
    "AssistantController.ask": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AskDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssistantAnswer"];
                    "text/event-stream": unknown;
                };
            };
        };
    };
    "AuditController.list": {
        parameters: {
            query?: {
                action?: string;
                actor?: string;
                clientId?: string;
                cursor?: string;
                from?: string;
                keyId?: string;
                keyName?: string;
                limit?: number;
                organizationId?: string;
                outcome?: "success" | "failure" | "denied" | "pending";
                reason?: string;
                resource?: string;
                to?: string;
                tool?: string;
                userId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditEventList"];
                };
            };
        };
    };
    "AuditController.get": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditEventDetails"];
                };
            };
        };
    };
    "AuditExportController.export": {
        parameters: {
            query?: {
                action?: string;
                actor?: string;
                clientId?: string;
                format?: "ndjson" | "csv";
                from?: string;
                keyId?: string;
                keyName?: string;
                organizationId?: string;
                outcome?: "success" | "failure" | "denied" | "pending";
                reason?: string;
                resource?: string;
                to?: string;
                tool?: string;
                userId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": unknown;
                    "text/csv": unknown;
                };
            };
        };
    };
    "SealsController.list": {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditSealList"];
                };
            };
        };
    };
    "AuditStreamController.stream": {
        parameters: {
            query?: {
                action?: string;
                actor?: string;
                clientId?: string;
                keyId?: string;
                keyName?: string;
                organizationId?: string;
                outcome?: "success" | "failure" | "denied" | "pending";
                reason?: string;
                resource?: string;
                tool?: string;
                userId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": unknown;
                };
            };
        };
    };
    "VerificationsController.list": {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditVerificationList"];
                };
            };
        };
    };
    "VerificationsController.begin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditVerification"];
                };
            };
        };
    };
    "VerificationsController.get": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditVerification"];
                };
            };
        };
    };
    "VerificationsController.stop": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "DocumentsController.list": {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentList"];
                };
            };
        };
    };
    "DocumentsController.create": {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateDocumentDto"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WrittenDocument"];
                };
            };
        };
    };
    "DocumentsController.get": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Document"];
                };
            };
        };
    };
    "DocumentsController.delete": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "DocumentsController.update": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateDocumentDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WrittenDocument"];
                };
            };
        };
    };
    "DocumentSharesController.shares": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentShareList"];
                };
            };
        };
    };
    "DocumentSharesController.share": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                teamId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ShareDocumentDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentShare"];
                };
            };
        };
    };
    "DocumentSharesController.unshare": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                teamId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "DocumentsController.search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SearchDocumentsDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchAnswer"];
                };
            };
        };
    };
    "SourceSharesController.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentSourceShareList"];
                };
            };
        };
    };
    "SourceSharesController.share": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                teamId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ShareSourceDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentSourceShare"];
                };
            };
        };
    };
    "SourceSharesController.unshare": {
        parameters: {
            query: {
                source: string;
            };
            header?: never;
            path: {
                teamId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "SynonymsController.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Synonyms"];
                };
            };
        };
    };
    "SynonymsController.replace": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SynonymsDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Synonyms"];
                };
            };
        };
    };
    "DocumentsController.upload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** Format: binary */
                    file: string;
                    /** @enum {string} */
                    language?: "en" | "de" | "fr" | "es" | "it" | "nl" | "pt";
                    title?: string;
                };
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WrittenDocument"];
                };
            };
        };
    };
    "InvitationsController.list": {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitationList"];
                };
            };
        };
    };
    "InvitationsController.create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateInvitationDto"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WrittenInvitation"];
                };
            };
        };
    };
    "InvitationsController.revoke": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "ToolLimitsController.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ToolLimitList"];
                };
            };
        };
    };
    "ToolLimitsController.replace": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ToolLimitDto"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "ClientConfigController.get": {
        parameters: {
            query?: {
                client?: "claude-code" | "claude-desktop" | "claude-ai" | "chatgpt" | "cursor" | "vs-code" | "codex" | "gemini-cli" | "windsurf" | "inspector" | "ai-sdk" | "langchain" | "openai-agents";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClientConfigAnswer"];
                };
            };
        };
    };
    "ApiKeysController.list": {
        parameters: {
            query?: {
                anyAddress?: boolean;
                cursor?: string;
                elevated?: boolean;
                endsWithinDays?: number;
                limit?: number;
                order?: "created" | "used" | "expires" | "risk";
                owner?: "all";
                state?: "live" | "disabled" | "expired" | "revoked";
                unusedForDays?: number;
                userId?: string;
                words?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyList"];
                };
            };
        };
    };
    "ApiKeysController.create": {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateApiKeyDto"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedApiKey"];
                };
            };
        };
    };
    "ApiKeysController.get": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
        };
    };
    "ApiKeysController.revoke": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "ApiKeysController.update": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateApiKeyDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WrittenApiKey"];
                };
            };
        };
    };
    "EffectiveController.effective": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyAccess"];
                };
            };
        };
    };
    "ApiKeysController.rotate": {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RotateApiKeyDto"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedApiKey"];
                };
            };
        };
    };
    "ApiKeyUsageController.usage": {
        parameters: {
            query?: {
                days?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyUsage"];
                };
            };
        };
    };
    "ApiKeysController.rotateAll": {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedApiKey"];
                };
            };
        };
    };
    "MeController.describe": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyAccess"];
                };
            };
        };
    };
    "ClientsController.list": {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthClientList"];
                };
            };
        };
    };
    "ClientsController.create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateClientDto"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeOAuthClient"];
                };
            };
        };
    };
    "ClientsController.get": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthClient"];
                };
            };
        };
    };
    "ClientsController.remove": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "ClientsController.decide": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DecideClientDto"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "GrantsController.list": {
        parameters: {
            query?: {
                userId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GrantList"];
                };
            };
        };
    };
    "GrantsController.end": {
        parameters: {
            query?: {
                userId?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "OrganizationsController.list": {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrganizationList"];
                };
            };
        };
    };
    "OrganizationsController.create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateOrganizationDto"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WrittenOrganization"];
                };
            };
        };
    };
    "OrganizationsController.get": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Organization"];
                };
            };
        };
    };
    "OrganizationsController.remove": {
        parameters: {
            query?: {
                data?: "delete";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "OrganizationsController.update": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateOrganizationDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WrittenOrganization"];
                };
            };
        };
    };
    "MembersController.list": {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
                role?: "member" | "auditor" | "admin" | "owner";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrganizationMemberList"];
                };
            };
        };
    };
    "MembersController.put": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MemberDto"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "MembersController.remove": {
        parameters: {
            query?: {
                data?: "handover" | "delete";
                to?: string;
            };
            header?: never;
            path: {
                id: string;
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "OverviewController.get": {
        parameters: {
            query?: {
                window?: "1h" | "24h" | "7d";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Overview"];
                };
            };
        };
    };
    "ScimConnectionsController.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScimConnectionList"];
                };
            };
        };
    };
    "ScimConnectionsController.create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateScimConnectionDto"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeScimConnection"];
                };
            };
        };
    };
    "ScimConnectionsController.remove": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "ScopesController.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScopeList"];
                };
            };
        };
    };
    "StoppedCallsController.get": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoppedCalls"];
                };
            };
        };
    };
    "StoppedCallsController.stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StopCallsDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoppedCalls"];
                };
            };
        };
    };
    "StoppedCallsController.resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "SessionsController.list": {
        parameters: {
            query?: {
                userId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionList"];
                };
            };
        };
    };
    "SessionsController.endOthers": {
        parameters: {
            query?: {
                userId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "SessionsController.end": {
        parameters: {
            query?: {
                userId?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "SsoConnectionsController.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SsoConnectionList"];
                };
            };
        };
    };
    "SsoConnectionsController.create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateSsoConnectionDto"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SsoConnection"];
                };
            };
        };
    };
    "SsoConnectionsController.remove": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "SsoConnectionsController.update": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateSsoConnectionDto"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "TeamsController.list": {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TeamList"];
                };
            };
        };
    };
    "TeamsController.create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TeamDto"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WrittenTeam"];
                };
            };
        };
    };
    "TeamsController.get": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Team"];
                };
            };
        };
    };
    "TeamsController.remove": {
        parameters: {
            query?: {
                data?: "handover" | "delete";
                to?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "TeamsController.update": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateTeamDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WrittenTeam"];
                };
            };
        };
    };
    "TeamMembersController.list": {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TeamMemberList"];
                };
            };
        };
    };
    "TeamMembersController.put": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TeamMemberDto"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "TeamMembersController.remove": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "ToolsController.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ToolSwitches"];
                };
            };
        };
    };
    "ToolsController.switch": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SwitchToolDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ToolSwitch"];
                };
            };
        };
    };
    "UsersController.list": {
        parameters: {
            query?: {
                cursor?: string;
                email?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserList"];
                };
            };
        };
    };
    "UsersController.create": {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateUserDto"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WrittenUser"];
                };
            };
        };
    };
    "UsersController.get": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
        };
    };
    "UsersController.update": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateUserDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WrittenUser"];
                };
            };
        };
    };
    "SecondFactorController.resetSecondFactor": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "DocsController.page": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": unknown;
                };
            };
        };
    };
    "DocsController.asset": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                asset: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/png": unknown;
                    "text/css": unknown;
                    "text/javascript": unknown;
                    "text/plain": unknown;
                };
            };
        };
    };
    "DocsController.document": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
        };
    };
    "HealthController.summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    "HealthController.live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Liveness"];
                };
            };
        };
    };
    "HealthController.ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
        };
    };
    "McpController.get": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: never;
    };
    "McpController.post": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JsonRpcAnswer"];
                    "text/event-stream": unknown;
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "McpController.delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: never;
    };
    "MetricsController.scrape": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": unknown;
                };
            };
        };
    };
}
