export const ITEM =
  'flex h-9 w-full items-center gap-2 rounded-control px-2 hover:bg-hover aria-[current=page]:bg-hover aria-[current=page]:font-medium max-sm:h-11 max-sm:w-8 max-sm:min-w-6 max-sm:justify-center max-sm:gap-0 max-sm:px-0';

/** The word of an item: only screen readers have it where the rail has signs alone. */
export const WORD = 'min-w-0 flex-1 truncate text-left max-lg:sr-only';
