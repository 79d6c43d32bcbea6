/*
 * The names of all rules, once. Each is a const descriptor at the end of the
 * file of its group: rule_zone_soa is the rule zone-soa.
 */
#ifndef RULES_TABLE_H
#define RULES_TABLE_H

#include "rules.h"

#define RULES_EACH(X)                                                          \
	X(syntax_error)                                                        \
	X(syntax_dialect)                                                      \
	X(syntax_include)                                                      \
	X(syntax_out_of_zone)                                                  \
	X(syntax_class)                                                        \
	X(syntax_limit)                                                        \
	X(syntax_ttl_mismatch)                                                 \
	X(syntax_duplicate)                                                    \
	X(syntax_doubled_origin)                                               \
	X(syntax_encoding)                                                     \
	X(zone_soa)                                                            \
	X(zone_serial)                                                         \
	X(zone_soa_timers)                                                     \
	X(zone_ns)                                                             \
	X(zone_ns_single)                                                      \
	X(zone_ns_address)                                                     \
	X(zone_ns_cname)                                                       \
	X(zone_ns_not_allowed)                                                 \
	X(zone_mx_target)                                                      \
	X(zone_srv_target)                                                     \
	X(zone_cname_other_data)                                               \
	X(zone_cname_multiple)                                                 \
	X(zone_cname_loop)                                                     \
	X(zone_cname_dangling)                                                 \
	X(zone_dname_children)                                                 \
	X(zone_occluded)                                                       \
	X(zone_wildcard_blocked)                                               \
	X(zone_parent_child)                                                   \
	X(zone_mass_change)                                                    \
	X(zone_removed)                                                        \
	X(zone_delegation_removed)                                             \
	X(zone_ttl)                                                            \
	X(dnssec_unsigned)                                                     \
	X(dnssec_bogus)                                                        \
	X(dnssec_expired)                                                      \
	X(dnssec_not_yet_valid)                                                \
	X(dnssec_expires_soon)                                                 \
	X(dnssec_validity_too_long)                                            \
	X(dnssec_ttl)                                                          \
	X(dnssec_denial_chain)                                                 \
	X(dnssec_denial_bitmap)                                                \
	X(dnssec_nsec3_iterations)                                             \
	X(dnssec_nsec3_optout)                                                 \
	X(dnssec_algorithm)                                                    \
	X(dnssec_algorithm_incomplete)                                         \
	X(dnssec_key_size)                                                     \
	X(dnssec_key_tag_collision)                                            \
	X(dnssec_ds_mismatch)                                                  \
	X(dnssec_ds_digest)                                                    \
	X(dnssec_cds)                                                          \
	X(dnssec_key_continuity)                                               \
	X(dnssec_going_insecure)                                               \
	X(dnssec_extra_rrsig)                                                  \
	X(dnssec_zonemd)                                                       \
	X(dnssec_multi_signer)                                                 \
	X(dnssec_response_size)                                                \
	X(failover_target_not_allowed)                                         \
	X(failover_answer_empty)                                               \
	X(failover_too_few_targets)                                            \
	X(failover_not_diverse)                                                \
	X(failover_ttl)                                                        \
	X(failover_all_replaced)                                               \
	X(failover_shadowed)                                                   \
	X(failover_leaves_repo)                                                \
	X(failover_unsigned)                                                   \
	X(failover_wildcard)                                                   \
	X(failover_lookalike)                                                  \
	X(failover_drill)                                                      \
	X(answer_collateral)                                                   \
	X(identity_caa)                                                        \
	X(identity_caa_changed)                                                \
	X(identity_companion)                                                  \
	X(view_private_address)                                                \
	X(view_missing_name)                                                   \
	X(view_key_mismatch)                                                   \
	X(change_policy_apart)                                                 \
	X(change_policy_invalid)                                               \
	X(change_policy_loosened)                                              \
	X(change_policy_blocks)                                                \
	X(change_unsigned)                                                     \
	X(change_signer_unknown)                                               \
	X(change_approvals)                                                    \
	X(change_override)                                                     \
	X(change_override_expired)                                             \
	X(change_override_refused)                                             \
	X(change_waiver_expired)                                               \
	X(change_waiver_unused)                                                \
	X(change_waiver_broad)                                                 \
	X(change_history_rewritten)                                            \
	X(change_unmapped)                                                     \
	X(change_not_a_file)                                                   \
	X(live_no_response)                                                    \
	X(live_bad_response)                                                   \
	X(live_stale)                                                          \
	X(live_serial_ahead)                                                   \
	X(live_ds)                                                             \
	X(live_target_down)                                                    \
	X(live_target_identity)                                                \
	X(live_unchecked)

#define RULES_DECLARE(name) extern const struct rule rule_##name;
RULES_EACH(RULES_DECLARE)
#undef RULES_DECLARE

#endif
