export const ITEM =
  'flex h-9 w-full items-center gap-2 rounded-control px-2 hover:bg-hover aria-[current=page]:bg-hover aria-[current=page]:font-medium max-sm:w-auto';

/** The word of an item: only screen readers have it where the rail has signs alone. */
export const WORD = 'min-w-0 flex-1 truncate text-left max-lg:sr-only';
