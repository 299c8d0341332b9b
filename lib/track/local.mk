uow_sources += \
	lib/track/cascade.c lib/track/cascade.h \
	lib/track/cascade_index.c lib/track/cascade_index.h \
	lib/track/detect.c \
	lib/track/fixup.c lib/track/fixup.h \
	lib/track/follow.c lib/track/follow.h \
	lib/track/identity.c lib/track/identity.h \
	lib/track/keep.c lib/track/keep.h \
	lib/track/key.c lib/track/key.h \
	lib/track/longs.c \
	lib/track/lost.c lib/track/lost.h \
	lib/track/member.c \
	lib/track/model.c lib/track/model.h \
	lib/track/model_check.c lib/track/model_check.h \
	lib/track/model_check_relation.c \
	lib/track/model_procedure.c \
	lib/track/model_relation.c \
	lib/track/model_writing.c \
	lib/track/node.c lib/track/node.h \
	lib/track/plan.c lib/track/plan.h \
	lib/track/plan_cycle.c \
	lib/track/plan_edges.c \
	lib/track/plan_order.c lib/track/plan_order.h \
	lib/track/plan_sort.c \
	lib/track/plan_unique.c \
	lib/track/relation.c lib/track/relation.h \
	lib/track/slab.c lib/track/slab.h \
	lib/track/snapshot.c lib/track/snapshot.h \
	lib/track/tracker.c lib/track/tracker.h \
	lib/track/tracker_all.c \
	lib/track/tracker_key.c \
	lib/track/undo.c lib/track/undo.h \
	lib/track/view.c lib/track/view.h
