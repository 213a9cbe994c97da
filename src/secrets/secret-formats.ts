/** How the secrets of an issuer look: one of the heads, and behind it what `body` says. */
export interface SecretFormat {
  /** As the mask and the audit row call it. */
  kind: string;
  /** Texts by which it is found, each at the start of a word: short, and rare in other texts. */
  heads: readonly string[];
  /**
   * What follows the head. To be linear over any text, a body either cannot run over another head, or ends in a repetition
   * that takes all it meets: then nothing behind it can send it back. One that can do neither says what it `overruns`.
   */
  body: RegExp;
  /** What must stand before the head; it belongs to the secret. */
  before?: RegExp;
  /** What the body runs over before it fails: from any other head in it, it would fail as well. */
  overruns?: RegExp;
}

const of = (
  kind: string,
  heads: string,
  body: RegExp,
  more: Pick<SecretFormat, 'before' | 'overruns'> = {},
): SecretFormat => ({ kind, heads: heads.split(' '), body, ...more });

/**
 * Forms that issuers publish for their tokens, in the order of the alphabet. Which there are was taken from the rules of
 * gitleaks and of secretlint (decision 0014); those that a word beside them tells and not their own form are left out, but for
 * the ones in `secret-finder.ts`.
 */
export const SECRET_FORMATS: readonly SecretFormat[] = [
  of('1password-token', 'ops_eyJ', /[A-Za-z0-9+/]{200,}={0,3}/y),
  // What the tutorials make; this project's own form is in `secret-finder.ts`.
  of('api-key', 'mcp_', /[0-9a-f]{64}(?![0-9A-Za-z])/y),
  of('age-key', 'AGE-SECRET-KEY-1', /[0-9A-Z]{58}/y),
  of('alibaba-key', 'LTAI', /[0-9A-Za-z]{12,24}(?![0-9A-Za-z])/y),
  of('anthropic-key', 'sk-ant-', /[\w-]{20,}/y),
  of('atlassian-token', 'ATATT3 ATCTT3 ATBB', /[\w=-]{24,}/y),
  of('aws-access-key', 'AKIA ASIA ABIA ACCA', /[0-9A-Z]{16}(?![0-9A-Za-z])/y),
  of('aws-bedrock-key', 'ABSK bedrock-api-key-', /[A-Za-z0-9+/]{60,}={0,2}/y),
  of('azure-storage-key', 'AccountKey=', /[A-Za-z0-9+/]{86}==/y),
  of('bouncer-client-secret', 'bouncer_cs_', /[\w-]{43}(?![\w-])/y),
  of('databricks-token', 'dapi', /[0-9a-f]{32}(?:-\d)?(?![0-9A-Za-z])/y),
  of('digitalocean-token', 'dop_v1_ doo_v1_ dor_v1_', /[0-9a-f]{64}/y),
  of('docker-token', 'dckr_pat_ dckr_oat_', /[\w-]{24,}/y),
  of('doppler-token', 'dp.pt. dp.st. dp.ct. dp.sa.', /[\w.]{40,}/y),
  of('fly-token', 'fo1_ fm1a_ fm1r_ fm2_', /[\w+/=-]{43,}/y),
  of('gcp-api-key', 'AIza', /[\w-]{35}(?![\w-])/y),
  of('gcp-oauth-token', 'ya29.', /[\w-]{20,}/y),
  of('gcp-client-secret', 'GOCSPX-', /[\w-]{28}/y),
  of('github-token', 'ghp_ gho_ ghu_ ghs_ ghr_', /[0-9A-Za-z]{36,}/y),
  of('github-token', 'github_pat_', /\w{50,}/y),
  of(
    'gitlab-token',
    'glpat- gldt- glrt- glcbt- glptt- glft- glimt- glffct- glagent- gloas- glsoat-',
    /[\w.-]{20,}/y,
  ),
  of('grafana-token', 'glsa_ glc_', /[\w+/=-]{32,}/y),
  of('groq-key', 'gsk_', /[0-9A-Za-z]{52}/y),
  of('heroku-key', 'HRKU-AA', /[\w-]{58}/y),
  of('huggingface-token', 'hf_ api_org_', /[0-9A-Za-z]{34}(?![0-9A-Za-z])/y),
  of('jwt', 'eyJ', /[\w-]{10,}\.(?:eyJ[\w-]{8,}|[\w-]*\.[\w-]{8,}\.[\w-]{8,})\.[\w-]{8,}/y, {
    overruns: /[\w-]*/y,
  }),
  of('linear-key', 'lin_api_ lin_oauth_', /[0-9A-Za-z]{40,}/y),
  of('new-relic-key', 'NRAK- NRII- NRIQ-', /[\w-]{27,}/y),
  of('notion-token', 'ntn_ secret_', /[0-9A-Za-z]{43,}/y),
  of('npm-token', 'npm_', /[0-9A-Za-z]{36}(?![0-9A-Za-z])/y),
  of('openai-key', 'sk-proj- sk-svcacct- sk-admin- sk-or-v1-', /[\w-]{20,}/y),
  of('openai-key', 'sk-', /[0-9A-Za-z]{20}T3BlbkFJ[0-9A-Za-z]{20}/y),
  of('perplexity-key', 'pplx-', /[0-9A-Za-z]{48}/y),
  of('planetscale-token', 'pscale_tkn_ pscale_pw_ pscale_oauth_', /[\w=.-]{32,}/y),
  of('postman-key', 'PMAK-', /[0-9a-f]{24}-[0-9a-f]{34}/y),
  of('pulumi-token', 'pul-', /[0-9a-f]{40}(?![0-9A-Za-z])/y),
  of('pypi-token', 'pypi-AgE', /[\w-]{50,}/y),
  of('replicate-token', 'r8_', /[0-9A-Za-z]{37}(?![0-9A-Za-z])/y),
  of('rubygems-key', 'rubygems_', /[0-9a-f]{48}/y),
  of('scim-bearer', 'scim_', /[\w-]{43}(?![\w-])/y),
  of('sendgrid-key', 'SG.', /[\w-]{16,64}\.[\w-]{16,}/y),
  of('sentry-token', 'sntrys_ sntryu_', /[\w+/=]{40,}/y),
  of('shopify-token', 'shpat_ shpca_ shppa_ shpss_', /[0-9a-fA-F]{32}/y),
  of('slack-token', 'xoxb- xoxa- xoxp- xoxr- xoxs- xoxe- xoxd- xoxe. xapp-', /[\w.%+/-]{16,}/y),
  of('slack-webhook', 'hooks.slack.com/', /(?:services|workflows|triggers)\/[\w/-]{30,}/y),
  of('square-token', 'sq0atp- sq0csp- sq0idp-', /[\w-]{22,}/y),
  of('stripe-key', 'sk_live_ sk_test_ sk_prod_ rk_live_ rk_test_ rk_prod_', /[0-9A-Za-z]{16,}/y),
  of('stripe-webhook-secret', 'whsec_', /[0-9A-Za-z+/]{24,}={0,2}/y),
  of('supabase-key', 'sbp_ sb_secret_', /[\w-]{24,}/y),
  of('terraform-token', 'atlasv1.', /[\w=-]{60,}/y, { before: /[0-9A-Za-z]{14}\.$/ }),
  of('vault-token', 'hvs. hvb. hvr.', /[\w-]{24,}/y),
  of('xai-key', 'xai-', /[0-9A-Za-z]{70,}/y),
];
