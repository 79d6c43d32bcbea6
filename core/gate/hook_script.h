/* The hooks as install-hook writes them. */
#ifndef GATE_HOOK_SCRIPT_H
#define GATE_HOOK_SCRIPT_H

/* Stands in every version of the hook and in no other. */
#define HOOK_MARK "# zonegate-hook "

extern const char hook_script[];      /* pre-receive */
extern const char hook_post_script[]; /* post-receive: attests */

#endif
