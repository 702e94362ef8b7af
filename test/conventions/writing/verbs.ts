/** Verbs that function names start with. A new verb is welcome: add it. */
export const VERBS: ReadonlySet<string> = new Set(`
abandon abort accept acknowledge acquire act adapt add adjust allocate allow announce answer append apply approximate are arrange ask assemble assert assign
associate assume attach attempt authorize await backtrack batch begin belongs bind blend block bound bring build bundle buffer calculate call can cancel capture
carry change check choose chunk claim clamp clear click clone close collect combine commit compare compile complete compose compress compute configure confirm
connect contains continue convert copy count covers create crop cut declare decline decode decrypt define defer delay delete deliver demand deny deploy derive
descend describe destroy detach detect determine differ digest discard dispatch display distribute divide do does download drain draw draws drop dump edit emit
empty enable encode encrypt end enqueue ensure enter escape establish estimate evaluate examine exceeds exchange execute exists expand expect expire explain
export extend extract fail fetch fill filter find finish fit fits fix flatten flip flush follow forbid force forget format forward free gather generate get give
grant group grow guard guess handle has hash hide hold holds identify ignore implement import includes increment index inflate inform init inject insert inspect
install instantiate interpolate interpret intersect invalidate invert invoke is isolate iterate join keep keeps kill launch lay leave lift limit link list listen
load locate lock log look lower make map mark marshal match matches may measure meet merge migrate mirror mix mock modify monitor move multiply must name narrow
needs negotiate normalise notify observe offer open operate order orient overlay pack pad page paint parse pass patch pause perform permit persist pick ping place plan
plant play poll position preload prepare presign press prevent print process produce project promise propose protect prove provide prune publish pull pump purge push put
quantize query queue quote race raise randomize rank read rebuild recall receive reclaim recognize record recover redeploy redirect redrive reduce refer refresh refuse
register reject release rely relay reload remake remember remove rename render renew repeat replace replay reply report request require reserve reset resize
resolve respond restart restore restrict resume retag retire retrieve retry return reuse reverse revive revoke rewrite rotate round route run sample save scale scan
schedule search seed seek select send serialize serve set settle shape shift shorten should show shows shrink sign signal simplify simulate sketch skip sleep slice sniff sort split
spend start starts stop store stream strip submit subtract suffices summarize suppress swap sweep synthesize tabulate tag take tally tell terminate test throw time
tint toggle trace track transact transfer transform translate transpose traverse trim truncate trust try turn unescape unlock unpack unwrap update upgrade upload
use uses validate verify view visit wait wake walk warn watch weigh widen withdraw wrap chain frame judge lease postpone reprocess reschedule unblock write yield
`.trim().split(/\s+/));

/**
 * Names allowed without a verb: factories of the public API, conversions, event listeners, entry points, and names that
 * frameworks prescribe.
 */
export const PHRASES = /^(of|to[A-Z]\w*|as[A-Z]\w*|from[A-Z]\w*|on[A-Z]\w*|with[A-Z]\w*|without[A-Z]\w*|main|handler|_transform|_flush|_write|_read|_final|_destroy)$/;
