import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ProblemState } from '../../parts/ProblemState';
import { agentsOfQuery } from './agent-queries';
import { AgentStateWord } from './AgentStateWord';

/** The agents of a person, a team or an agent. Nothing is shown where there is none. */
export function AgentList({ owner, title }: { owner: string; title: string }) {
  const { data = [], error, refetch } = useQuery(agentsOfQuery(owner));
  if (error) return <ProblemState error={error} retry={() => void refetch()} />;
  if (data.length === 0) return null;
  return (
    <section className="grid gap-2" aria-label={title}>
      <h2>{title}</h2>
      <ul className="divide-y divide-line rounded-control border border-line">
        {data.map((agent) => (
          <li key={agent.id} className="flex items-center gap-3 p-2">
            <Link
              to="/agents/$agentId"
              params={{ agentId: agent.id }}
              className="min-w-0 flex-1 truncate text-accent underline"
            >
              {agent.name}
            </Link>
            <AgentStateWord agent={agent} />
          </li>
        ))}
      </ul>
    </section>
  );
}
